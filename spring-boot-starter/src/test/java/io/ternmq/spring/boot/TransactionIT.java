package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.Databases;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.transaction.JdbcTransactionRecords;
import io.ternmq.spring.transaction.TransactionChecker;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionTemplates;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Transactional messages in an application of Spring Boot. */
class TransactionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = TransactionApplication.runner();

    static class Shop {

        private final TransactionMessageTemplate messages;
        private final JdbcTemplate jdbc;

        Shop(TransactionMessageTemplate messages, JdbcTemplate jdbc) {
            this.messages = messages;
            this.jdbc = jdbc;
        }

        @Transactional
        public void order(String id, boolean inStock) {
            jdbc.update("INSERT INTO ORDERS VALUES (?)", id);
            messages.publish("orders:create", id);
            if (!inStock) {
                throw new IllegalStateException("out of stock");
            }
        }
    }

    static class Warehouse {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "warehouse")
        void listen(String order) {
            received.add(order);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Shop shop(TransactionMessageTemplate messages, JdbcTemplate jdbc) {
            jdbc.execute("CREATE TABLE ORDERS (ID VARCHAR(10) PRIMARY KEY)");
            return new Shop(messages, jdbc);
        }

        @Bean
        Warehouse warehouse() {
            return new Warehouse();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCheckers {

        @Bean
        @TransactionChecker(topics = "${pay.topic}")
        LocalTransactionChecker payments() {
            return message -> TransactionStatus.CommitTransaction;
        }

        @Bean
        @TransactionChecker(groups = "bank")
        LocalTransactionChecker bank() {
            return message -> TransactionStatus.RollbackTransaction;
        }

        @Bean(destroyMethod = "close")
        TransactionMessageTemplate bankMessages(TransactionTemplates templates) {
            return templates.create("bank");
        }
    }

    @Test
    void publishingMethodIsHeardExactlyWhenItCommits() {
        runner.withUserConfiguration(Application.class).run(context -> {
            Shop shop = context.getBean(Shop.class);
            Warehouse warehouse = context.getBean(Warehouse.class);
            context.getBean(MessageTemplate.class).convertAndSend("orders", "ready");
            await().atMost(PATIENCE).until(() -> warehouse.received.contains("ready"));

            assertThatThrownBy(() -> shop.order("refused", false)).hasMessage("out of stock");
            shop.order("A1", true);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(warehouse.received).containsExactly("ready", "A1"));
            assertThat(context.getBean(JdbcTemplate.class).queryForList("SELECT ID FROM ORDERS", String.class))
                    .containsExactly("A1");
        });
    }

    @Test
    void applicationThatSendsNoneHasNeitherProducerNorTable() {
        runner.run(context -> {
            assertThat(context).hasSingleBean(TransactionMessageTemplate.class);
            assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionMessageTemplate"))
                    .isFalse();
            assertThat(context.getBean(JdbcTemplate.class)
                            .queryForList(
                                    "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME LIKE 'TERNMQ%'"))
                    .isEmpty();
        });
    }

    @Test
    void checkersAreChosenByTopicAndGroup() {
        runner.withUserConfiguration(OwnCheckers.class)
                .withPropertyValues("pay.topic=payments")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    TransactionMessageTemplate bank = context.getBean("bankMessages", TransactionMessageTemplate.class);
                    assertThat(bank.<String>sendInTransaction("payments", "P1", status -> "done"))
                            .isEqualTo("done");
                    assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionRecords"))
                            .isFalse();
                });
    }

    @Test
    void tellsHowTheTableComesIntoTheDatabase() throws Exception {
        try (EmbeddedPostgres postgres = Databases.startPostgres()) {
            ApplicationContextRunner onPostgres = runner.withUserConfiguration(Application.class)
                    .withPropertyValues("spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"));

            onPostgres.run(context -> assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isNotNull()
                    .satisfies(root -> assertThat(context.getStartupFailure())
                            .hasStackTraceContaining("ternmq.transaction.jdbc.initialize-schema=always")));
            onPostgres
                    .withPropertyValues("ternmq.transaction.jdbc.initialize-schema=always")
                    .run(context -> {
                        context.getBean(Shop.class).order("A1", true);
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(context.getBean(Warehouse.class).received)
                                        .containsExactly("A1"));
                    });
        }
    }

    @Test
    void namesThePropertyThatIsOutOfRange() {
        for (String setting : List.of(
                "ternmq.transaction.jdbc.retention=0s",
                "ternmq.idempotent.jdbc.cleanup-interval=-1h",
                "ternmq.transaction.rollback-after=0s",
                "ternmq.transaction.check-immunity=8d")) {
            runner.withPropertyValues(setting)
                    .run(context -> assertThat(context.getStartupFailure())
                            .hasStackTraceContaining(setting.substring(0, setting.indexOf('=')))
                            .hasRootCauseInstanceOf(InvalidTernMQPropertyException.class));
        }
    }

    @Test
    void doesWithoutDatabase() {
        runner.withClassLoader(new FilteredClassLoader(JdbcTemplate.class, javax.sql.DataSource.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(JdbcTransactionRecords.class));
    }

    @Test
    void backsOffFromTheApplicationsOwnTemplate() {
        runner.withUserConfiguration(OwnCheckers.class)
                .withPropertyValues("pay.topic=payments")
                .run(context -> assertThat(context).doesNotHaveBean("ternMQTransactionMessageTemplate"));
    }

    @Test
    void checkBackOfMessageIsAnsweredByTheRecord() {
        runner.withUserConfiguration(Application.class).run(context -> {
            Message unknown = new Message("orders", "", new byte[0]);
            unknown.setMsgID("never-written");
            unknown.setBornTimestamp(System.currentTimeMillis());
            assertThat(context.getBean(JdbcTransactionRecords.class).check(unknown))
                    .isEqualTo(TransactionStatus.Unknow);
        });
    }
}
