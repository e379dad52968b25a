package io.ternmq.samples.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.idempotent.IdempotentInterceptor;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Applications with nothing but Spring Data JPA as Spring Boot sets it up. */
class JpaApplicationsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    /** The sample's entities and repositories, and neither its service nor its listener. */
    @EnableAutoConfiguration
    static class WithoutMessages {}

    @Test
    void applicationThatPublishesNothingHasAllThatItTakesAndNoTables() {
        try (ConfigurableApplicationContext context = start(WithoutMessages.class)) {
            context.getBean(Wallets.class).save(new Wallet("Ada", 100));

            assertThat(context.getBean(PlatformTransactionManager.class)).isInstanceOf(JpaTransactionManager.class);
            assertThat(context.getBeanNamesForType(TransactionMessageTemplate.class, true, false))
                    .hasSize(1);
            assertThat(context.getBeanNamesForType(IdempotentInterceptor.class)).hasSize(1);
            assertThat(tables(context)).contains("WALLET").noneMatch(table -> table.startsWith("TERNMQ"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--spring.datasource.connection-fetch=lazy",
                "--spring.datasource.hikari.auto-commit=false"
                        + " --spring.jpa.properties.hibernate.connection.provider_disables_autocommit=true",
                "--spring.jpa.defer-datasource-initialization=true"
            })
    void publishesAndListensHoweverTheDatabaseIsSetUp(String settings) {
        try (ConfigurableApplicationContext context = start(WalletApplication.class, settings.split(" "))) {
            Wallets wallets = context.getBean(Wallets.class);
            wallets.save(new Wallet("Ada", 5000));

            context.getBean(Cashier.class).pay("Ada", "A-1", 1250);

            broker.published("payments").within(PATIENCE).awaitOne();
            broker.group("bonus-club").within(PATIENCE).awaitConsumed();
            Wallet ada = wallets.findById("Ada").orElseThrow();
            assertThat(ada.cents()).isEqualTo(3750);
            assertThat(ada.points()).isEqualTo(12);
            assertThat(tables(context)).contains("WALLET", "TERNMQ_TRANSACTION", "TERNMQ_HANDLED");
        }
    }

    private ConfigurableApplicationContext start(Class<?> application, String... settings) {
        return new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .properties(
                        "ternmq.name-server=" + broker.address(),
                        "wallet.first-payments=false",
                        "spring.docker.compose.enabled=false",
                        "spring.devtools.restart.enabled=false")
                .run(settings);
    }

    private static List<String> tables(ConfigurableApplicationContext context) {
        return context.getBean(JdbcTemplate.class)
                .queryForList("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES", String.class);
    }
}
