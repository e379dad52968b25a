package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.transaction.TransactionChecker;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionTemplates;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Transactional messages of several clusters, and who answers which broker's questions. */
class TransactionClustersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final EmbeddedBroker here = asking();

    @RegisterExtension
    final EmbeddedBroker europe = asking();

    private ApplicationContextRunner runner;

    private static EmbeddedBroker asking() {
        return new EmbeddedBroker(settings ->
                settings.transactions(new TransactionConfig(Duration.ofMillis(300), Duration.ofMillis(100), 0, 1000)));
    }

    /** Commits, and then, if told so, cannot say whether it has. */
    static final class LossyTransactionManager extends DataSourceTransactionManager {

        private static final long serialVersionUID = 1L;

        private volatile boolean lossy;

        LossyTransactionManager(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            super.doCommit(status);
            if (lossy) {
                throw new TransactionSystemException("connection lost");
            }
        }
    }

    static class Shop {

        private final TransactionMessageTemplate here;
        private final TransactionMessageTemplate europe;
        private final JdbcTemplate jdbc;

        Shop(TransactionMessageTemplate here, TransactionMessageTemplate europe, JdbcTemplate jdbc) {
            this.here = here;
            this.europe = europe;
            this.jdbc = jdbc;
        }

        @Transactional
        public void order(String id, boolean inStock) {
            jdbc.update("INSERT INTO ORDERS VALUES (?)", id);
            here.publish("orders", id);
            europe.publish("orders", id);
            if (!inStock) {
                throw new IllegalStateException("out of stock");
            }
        }

        @Transactional
        public void pay(String topic, String id) {
            europe.publish(topic, id);
        }
    }

    static class Warehouse {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(
                topics = {"orders", "payments", "refunds"},
                group = "warehouse",
                consumeFrom = "earliest")
        void here(String text) {
            received.add("here: " + text);
        }

        @MessageListener(
                topics = {"orders", "payments", "refunds"},
                group = "warehouse",
                consumeFrom = "earliest",
                cluster = "eu")
        void europe(String text) {
            received.add("eu: " + text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Database {

        @Bean
        LossyTransactionManager transactionManager(DataSource dataSource) {
            return new LossyTransactionManager(dataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Shop shop(
                TransactionMessageTemplate here,
                @Qualifier("eu") TransactionMessageTemplate europe,
                JdbcTemplate jdbc) {
            jdbc.execute("CREATE TABLE ORDERS (ID VARCHAR(10) PRIMARY KEY)");
            return new Shop(here, europe, jdbc);
        }

        @Bean
        Warehouse warehouse() {
            return new Warehouse();
        }
    }

    /** What they were asked about. */
    static final class Questions {

        private final List<String> asked = new CopyOnWriteArrayList<>();

        LocalTransactionChecker answering(String name, TransactionStatus answer) {
            return message -> {
                asked.add(name);
                return answer;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Checkers {

        @Bean
        Questions questions() {
            return new Questions();
        }

        @Bean
        @Qualifier("default")
        @TransactionChecker(topics = "payments")
        LocalTransactionChecker paymentsHere(Questions questions) {
            return questions.answering("here", TransactionStatus.RollbackTransaction);
        }

        @Bean
        @Qualifier("eu")
        @TransactionChecker(topics = "payments")
        LocalTransactionChecker paymentsInEurope(Questions questions) {
            return questions.answering("eu", TransactionStatus.CommitTransaction);
        }

        @Bean
        @TransactionChecker(groups = "${spring.application.name}-transaction")
        LocalTransactionChecker others(Questions questions) {
            return questions.answering("group", TransactionStatus.RollbackTransaction);
        }

        @Bean
        @TransactionChecker(groups = "bank")
        LocalTransactionChecker bank(Questions questions) {
            return questions.answering("bank", TransactionStatus.CommitTransaction);
        }

        @Bean(destroyMethod = "close", defaultCandidate = false)
        @Qualifier("bank")
        TransactionMessageTemplate bankMessages(@Qualifier("eu") TransactionTemplates templates) {
            return templates.create("bank");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneTooMany {

        @Bean
        @TransactionChecker(topics = {"bills", "payments"})
        LocalTransactionChecker bills(Questions questions) {
            return questions.answering("bills", TransactionStatus.CommitTransaction);
        }
    }

    @BeforeEach
    void configure() {
        runner = TransactionApplication.runner()
                .withUserConfiguration(Database.class)
                .withPropertyValues(
                        "spring.application.name=shop",
                        "ternmq.name-server=" + here.address(),
                        "ternmq.clusters.eu.name-server=" + europe.address());
    }

    @Test
    void oneTransactionPublishesToTwoClusters() {
        runner.withUserConfiguration(Application.class).run(context -> {
            Shop shop = context.getBean(Shop.class);

            assertThatThrownBy(() -> shop.order("A1", false)).hasMessage("out of stock");
            shop.order("A2", true);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Warehouse.class).received)
                            .containsExactlyInAnyOrder("here: A2", "eu: A2"));
            awaitNothingPending(context, "shop-transaction");
            assertThat(context.getBean(Warehouse.class).received).hasSize(2);
        });
    }

    @Test
    void recordsAnswerTheClusterThatAsks() {
        runner.withUserConfiguration(Application.class).run(context -> {
            context.getBean(LossyTransactionManager.class).lossy = true;
            Shop shop = context.getBean(Shop.class);

            assertThatThrownBy(() -> shop.order("A1", true)).hasMessage("connection lost");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Warehouse.class).received)
                            .containsExactlyInAnyOrder("here: A1", "eu: A1"));
            awaitNothingPending(context, "shop-transaction");
        });
    }

    @Test
    void clusterThatIsNotUsedHasNeitherProducerNorTable() {
        runner.run(context -> {
            assertThat(context.getBeanFactory().containsBeanDefinition("ternMQTransactionMessageTemplate.eu"))
                    .isTrue();
            assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionMessageTemplate.eu"))
                    .isFalse();
            assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionRecords"))
                    .isFalse();
            assertThat(context.getBeansOfType(TransactionTemplates.class)).hasSize(2);
            assertThat(context.getBean(TransactionTemplates.class))
                    .isSameAs(context.getBean("ternMQTransactionTemplates"));
        });
    }

    @Test
    void checkersAnswerForTheirTopicsGroupsAndClusters() {
        runner.withUserConfiguration(Application.class, Checkers.class).run(context -> {
            context.getBean(LossyTransactionManager.class).lossy = true;
            Shop shop = context.getBean(Shop.class);

            assertThatThrownBy(() -> shop.pay("payments", "P1")).hasMessage("connection lost");
            assertThatThrownBy(() -> shop.pay("refunds", "R1")).hasMessage("connection lost");
            TransactionMessageTemplate bank = context.getBean("bankMessages", TransactionMessageTemplate.class);
            assertThatThrownBy(() -> bank.sendInTransaction("refunds", "R2", status -> ""))
                    .hasMessage("connection lost");

            awaitNothingPending(context, "shop-transaction");
            awaitNothingPending(context, "bank");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Warehouse.class).received)
                            .containsExactlyInAnyOrder("eu: P1", "eu: R2"));
            assertThat(Set.copyOf(context.getBean(Questions.class).asked))
                    .containsExactlyInAnyOrder("eu", "group", "bank");
            assertThat(context.getBeanFactory().containsSingleton("ternMQTransactionRecords"))
                    .isFalse();
        });
    }

    @Test
    void checkersThatAreEquallyInChargeFailTheStart() {
        runner.withUserConfiguration(Application.class, Checkers.class, OneTooMany.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining(
                                "two transaction checkers answer for the same messages: group=shop-transaction")
                        .hasStackTraceContaining("bean paymentsHere (topics=[payments])")
                        .hasStackTraceContaining("bean bills (topics="));
    }

    private static void awaitNothingPending(ApplicationContext context, String group) {
        Clusters clusters = context.getBean(Clusters.class);
        for (String cluster : clusters.names()) {
            await().atMost(PATIENCE)
                    .until(() -> clusters.admin(cluster)
                            .pendingTransactions(group, 10)
                            .isEmpty());
        }
    }
}
