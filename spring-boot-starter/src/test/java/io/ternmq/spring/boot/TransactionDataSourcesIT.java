package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.idempotent.Idempotent;
import io.ternmq.spring.transaction.JdbcTransactionRecords;
import io.ternmq.spring.transaction.TransactionChecker;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;

/** Transactional messages and idempotent listeners where the application's databases are set up otherwise than usual. */
class TransactionDataSourcesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = TransactionApplication.runner();

    static class Shop {

        private final TransactionMessageTemplate messages;

        Shop(TransactionMessageTemplate messages) {
            this.messages = messages;
        }

        @Transactional
        public void order(String id) {
            messages.publish("orders", id);
        }
    }

    static class Warehouse {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Idempotent(key = "text")
        @MessageListener(topics = "orders", group = "warehouse", consumeFrom = "earliest")
        Action listen(Message message) {
            received.add(new String(message.getBody(), StandardCharsets.UTF_8));
            return Action.CommitMessage;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Shop shop(TransactionMessageTemplate messages) {
            return new Shop(messages);
        }
    }

    /** The main database is one, that of the main transaction manager the other. */
    @Configuration(proxyBeanMethods = false)
    static class TwoDatabases {

        @Bean
        @Primary
        DataSource first() {
            return database();
        }

        @Bean
        DataSource second() {
            return database();
        }

        @Bean
        @Primary
        PlatformTransactionManager ofSecond(@Qualifier("second") DataSource second) {
            return new JdbcTransactionManager(second);
        }

        @Bean
        PlatformTransactionManager ofFirst(DataSource first) {
            return new JdbcTransactionManager(first);
        }

        private static DataSource database() {
            return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class RecordsInSecond {

        @Bean(destroyMethod = "close")
        JdbcTransactionRecords records(@Qualifier("second") DataSource second) {
            new ResourceDatabasePopulator(new ClassPathResource("io/ternmq/spring/transaction/schema-h2.sql"))
                    .execute(second);
            return new JdbcTransactionRecords(
                    second, Duration.ofSeconds(30), Duration.ofDays(7), InstantSource.system());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnChecker {

        @Bean
        @TransactionChecker(topics = "orders")
        LocalTransactionChecker orders() {
            return message -> TransactionStatus.Unknow;
        }
    }

    @Test
    void connectionsNeedNotCommitByThemselves() {
        runner.withUserConfiguration(Application.class)
                .withBean(Warehouse.class)
                .withPropertyValues("spring.datasource.hikari.auto-commit=false")
                .run(context -> {
                    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                    Warehouse warehouse = context.getBean(Warehouse.class);

                    context.getBean(Shop.class).order("A1");
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(warehouse.received).containsExactly("A1"));
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(
                                            jdbc.queryForList("SELECT MESSAGE_KEY FROM TERNMQ_HANDLED", String.class))
                                    .containsExactly("orders::A1"));
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "A2");
                    await().atMost(PATIENCE).until(() -> warehouse.received.contains("A2"));

                    assertThat(warehouse.received).containsExactlyInAnyOrder("A1", "A2");
                    assertThat(jdbc.queryForList("SELECT OUTCOME FROM TERNMQ_TRANSACTION", String.class))
                            .containsExactly("C");
                });
    }

    @Test
    void transactionManagerOfAnotherDatabaseIsRefused() {
        runner.withUserConfiguration(TwoDatabases.class, Application.class)
                .run(context -> assertThatExceptionOfType(IllegalTransactionStateException.class)
                        .isThrownBy(() -> context.getBean(Shop.class).order("A1"))
                        .withMessageContaining("use the transaction manager of that DataSource"));
    }

    @Test
    void recordsMayBeKeptInTheDatabaseOfTheTransactionManager() {
        runner.withUserConfiguration(TwoDatabases.class, RecordsInSecond.class, Application.class)
                .run(context -> {
                    context.getBean(Shop.class).order("A1");

                    assertThat(new JdbcTemplate(context.getBean("second", DataSource.class))
                                    .queryForList("SELECT OUTCOME FROM TERNMQ_TRANSACTION", String.class))
                            .containsExactly("C");
                });
    }

    @Test
    void checkerOfTheApplicationTakesAnyTransaction() {
        runner.withUserConfiguration(TwoDatabases.class, OwnChecker.class, Application.class)
                .run(context -> {
                    context.getBean(Shop.class).order("A1");

                    assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionRecords"))
                            .isFalse();
                });
    }
}
