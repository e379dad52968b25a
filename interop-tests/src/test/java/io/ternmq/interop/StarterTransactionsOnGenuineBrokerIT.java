package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.TransactionStatus;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.interop.peer.TransactionalShop;
import io.ternmq.interop.peer.TransactionalShop.Death;
import io.ternmq.interop.peer.TransactionalShop.Desk;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.idempotent.Idempotent;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.transaction.TransactionChecker;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionTemplates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Messages and databases: published exactly when the transaction commits, and handled with effect once, on a genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class StarterTransactionsOnGenuineBrokerIT {

    /** This broker asks after a second, and each second; in the background, and not always on time. */
    private static final Duration CHECKED = Duration.ofSeconds(90);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;

    @TempDir
    Path directory;

    StarterTransactionsOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("transactions");
        Applications.createTopics(lab, broker, 1, t, "");
    }

    static class Warehouse {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${topic}", group = "${topic}_warehouse", consumeFrom = "earliest")
        void listen(String order) {
            received.add(order);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({TransactionalShop.class, Warehouse.class})
    static class Shop {}

    /** What all processes of the application have in common. */
    private List<String> properties() {
        return List.of(
                "topic=" + t,
                "ternmq.name-server=" + broker.nameServer(),
                "ternmq.transaction.group=" + t + "_shop",
                "ternmq.transaction.rollback-after=2s",
                "ternmq.transaction.jdbc.initialize-schema=always",
                "ternmq.idempotent.jdbc.initialize-schema=always",
                "spring.datasource.url=jdbc:h2:file:" + directory.resolve("shop") + ";WRITE_DELAY=0");
    }

    private ConfigurableApplicationContext start(Class<?> configuration) {
        return Applications.start(lab, broker, configuration, properties().toArray(String[]::new));
    }

    private static void awaitReceived(ConfigurableApplicationContext application, String... orders) {
        // A genuine broker that checks this often may take the answers to several checks, each for a commit.
        await().atMost(CHECKED)
                .untilAsserted(() -> assertThat(application.getBean(Warehouse.class).received.stream()
                                .distinct())
                        .containsExactlyInAnyOrder(orders));
    }

    @Test
    void transactionalMethodIsHeardExactlyWhenItCommits() {
        try (ConfigurableApplicationContext application = start(Shop.class)) {
            Desk desk = application.getBean(Desk.class);

            assertThatThrownBy(() -> desk.order("refused", false)).hasMessage("out of stock");
            desk.order("A1", true);

            awaitReceived(application, "A1");
            assertThat(desk.orders()).containsExactly("A1");
        }
    }

    @Test
    void sendInTransactionBeginsTheTransactionItself() {
        try (ConfigurableApplicationContext application = start(Shop.class)) {
            TransactionMessageTemplate messages = application.getBean(TransactionMessageTemplate.class);
            JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);

            messages.<Object>sendInTransaction(t, "refused", status -> {
                status.setRollbackOnly();
                return jdbc.update("INSERT INTO ORDERS VALUES ('refused')");
            });
            messages.<Object>sendInTransaction(t, "A1", status -> jdbc.update("INSERT INTO ORDERS VALUES ('A1')"));

            awaitReceived(application, "A1");
            assertThat(application.getBean(Desk.class).orders()).containsExactly("A1");
        }
        for (GenuineVersion version : GenuineVersion.values()) {
            try (TestConsumer consumer = lab.genuineClient(version, HeaderEncoding.JSON)
                    .consumer(ConsumerSettings.of(broker.nameServer(), t + "_" + version.name(), t))) {
                await(version.toString())
                        .atMost(CHECKED)
                        .until(() -> !consumer.received().isEmpty());
                assertThat(consumer.received()).extracting(Delivered::text).containsOnly("A1");
            }
        }
    }

    /** The process that comes after it publishes nothing of its own: that it is there is enough for the broker to ask it. */
    @ParameterizedTest
    @CsvSource({"AFTER_COMMIT, C", "BEFORE_COMMIT, A"})
    void recordAnswersForAProcessThatHasDied(Death death, String outcome) throws Exception {
        TransactionalShop.dieOf("orphan", death, directory.resolve("process"), properties());

        try (ConfigurableApplicationContext successor = start(Shop.class)) {
            assertThat(successor.getBean(Desk.class).orders()).hasSize(death == Death.AFTER_COMMIT ? 1 : 0);
            JdbcTemplate jdbc = successor.getBean(JdbcTemplate.class);
            await("record of what has become of it")
                    .atMost(CHECKED)
                    .untilAsserted(
                            () -> assertThat(jdbc.queryForList("SELECT OUTCOME FROM TERNMQ_TRANSACTION", String.class))
                                    .containsExactly(outcome));
            if (death == Death.AFTER_COMMIT) {
                awaitReceived(successor, "orphan");
            } else {
                successor.getBean(Desk.class).order("own", true);
                awaitReceived(successor, "own");
            }
        }
    }

    record Questions(Queue<String> asked) {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Warehouse.class)
    static class Bank {

        @Bean
        Questions questions() {
            return new Questions(new ConcurrentLinkedQueue<>());
        }

        @Bean
        @TransactionChecker(topics = "${topic}")
        LocalTransactionChecker payments(Questions questions) {
            return message -> {
                questions.asked().add("payments " + new String(message.getBody(), StandardCharsets.UTF_8));
                return TransactionStatus.CommitTransaction;
            };
        }

        @Bean
        @TransactionChecker(groups = "${topic}_bank")
        LocalTransactionChecker others(Questions questions) {
            return message -> {
                questions.asked().add("others");
                return TransactionStatus.RollbackTransaction;
            };
        }

        @Bean(destroyMethod = "close")
        TransactionMessageTemplate bank(TransactionTemplates templates, @Value("${topic}") String topic) {
            return templates.create(topic + "_bank");
        }

        /** Loses the database's answer. */
        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource) {
                private static final long serialVersionUID = 1L;

                @Override
                protected void doCommit(DefaultTransactionStatus status) {
                    super.doCommit(status);
                    throw new TransactionSystemException("the database has not answered");
                }
            };
        }
    }

    @Test
    void checkerOfTheTopicAnswersWhenNobodyKnowsWhetherItHasCommitted() {
        try (ConfigurableApplicationContext application = start(Bank.class)) {
            TransactionMessageTemplate bank = application.getBean(TransactionMessageTemplate.class);

            assertThatThrownBy(() -> bank.sendInTransaction(t, "P1", status -> "paid"))
                    .isInstanceOf(TransactionSystemException.class);

            awaitReceived(application, "P1");
            assertThat(application.getBean(Questions.class).asked()).containsOnly("payments P1");
        }
    }

    static class Ledger {

        private final JdbcTemplate jdbc;

        Ledger(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
            jdbc.execute("CREATE TABLE IF NOT EXISTS BOOKINGS (WHAT VARCHAR(100))");
        }

        @Idempotent
        @MessageListener(topics = "${topic}", group = "${topic}_ledger", id = "ledger", consumeFrom = "earliest")
        void book(String payment) {
            jdbc.update("INSERT INTO BOOKINGS VALUES (?)", payment);
        }

        List<String> bookings() {
            return jdbc.queryForList("SELECT WHAT FROM BOOKINGS", String.class);
        }
    }

    /** Outermost, so that it sees what is skipped further in. */
    static class Deliveries implements ListenerInterceptor, Ordered {

        final Queue<String> keys = new ConcurrentLinkedQueue<>();

        @Override
        public Object around(ListenerCall call, Next next) throws Exception {
            Object result = next.proceed();
            keys.add(call.messages().get(0).getKey());
            return result;
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Ledger.class, Deliveries.class})
    static class Books {}

    @Test
    void idempotentListenerBooksOnceWhatComesAgain() {
        try (ConfigurableApplicationContext application = start(Books.class)) {
            MessageTemplate template = application.getBean(MessageTemplate.class);
            for (String payment : List.of("P1", "P1", "P2")) {
                template.destination(t).key(payment).send(payment);
            }
            Queue<String> keys = application.getBean(Deliveries.class).keys;
            await().atMost(CHECKED).until(() -> keys.size() == 3);

            ListenerRegistry registry = application.getBean(ListenerRegistry.class);
            registry.stop("ledger");
            rewind();
            registry.start("ledger");

            await("all of them once more").atMost(CHECKED).until(() -> keys.size() == 6);
            assertThat(application.getBean(Ledger.class).bookings()).containsExactlyInAnyOrder("P1", "P2");
        }
    }

    private void rewind() {
        try (var admin = Applications.admin(lab, broker)) {
            admin.progress(t + "_ledger", t)
                    .queues()
                    .forEach(queue -> admin.resetToOffset(t + "_ledger", queue.queue(), 0));
        }
    }
}
