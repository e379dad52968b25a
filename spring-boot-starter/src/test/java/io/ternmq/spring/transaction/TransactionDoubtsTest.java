package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.Databases;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a message and its transaction could come apart: what the database, the application or another transaction manager does behind the
 * template's back. None of it may end in a message that is delivered without its transaction, or lost although it has committed.
 */
class TransactionDoubtsTest {

    private static final Duration ROLLBACK_AFTER = Duration.ofSeconds(30);

    private final DataSource dataSource = Databases.h2();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final DataSourceTransactionManager transactionManager = new DataSourceTransactionManager(dataSource);
    private final TransactionTemplate transactions = new TransactionTemplate(transactionManager);
    private final TransactionTemplate elsewhere =
            new TransactionTemplate(new DataSourceTransactionManager(Databases.h2()));
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private final JdbcTransactionRecords records =
            new JdbcTransactionRecords(dataSource, ROLLBACK_AFTER, Duration.ofDays(7), clock);
    private final FakeTransactionProducer producer = new FakeTransactionProducer();
    private final TransactionMessageTemplate template = template(transactionManager);

    TransactionDoubtsTest() {
        jdbc.execute("CREATE TABLE ORDERS (ID VARCHAR(10) PRIMARY KEY)");
    }

    private TransactionMessageTemplate template(PlatformTransactionManager manager, CheckerRule... rules) {
        return template(manager, List.of(), rules);
    }

    private TransactionMessageTemplate template(
            PlatformTransactionManager manager, List<SendInterceptor> interceptors, CheckerRule... rules) {
        return new TransactionTemplates(
                        producer::with,
                        MessageMapper.json(JsonMapper.builder().build()),
                        interceptors,
                        List.of(rules),
                        () -> records,
                        manager)
                .create("shop");
    }

    /** Commits, and fails; a rollback after that succeeds. */
    private PlatformTransactionManager reconnecting() {
        return new DataSourceTransactionManager(dataSource) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                throw new DataAccessResourceFailureException("connection lost, established anew");
            }
        };
    }

    @Test
    void rollbackAfterFailedCommitIsNotBelieved() {
        PlatformTransactionManager reconnecting = reconnecting();
        TransactionMessageTemplate lossy = template(reconnecting);

        assertThatExceptionOfType(DataAccessResourceFailureException.class)
                .isThrownBy(() -> new TransactionTemplate(reconnecting).executeWithoutResult(status -> {
                    order("A1");
                    lossy.publish("orders", "A1");
                }));

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.Unknow);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void transactionDoesNotCommitWhenItsRecordIsGone() {
        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    order("A1");
                    template.publish("orders", "A1");
                    jdbc.execute((ConnectionCallback<Void>) connection -> {
                        connection.rollback();
                        return null;
                    });
                    order("A2");
                }))
                .withMessageContaining("topic=orders");

        assertThat(orders()).isEmpty();
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void transactionDoesNotCommitAfterFailureThatWasCaught() {
        for (PlatformTransactionManager manager :
                List.of(transactionManager, new ExposingTransactionManager(dataSource))) {
            TransactionMessageTemplate late = template(manager, List.of(this::abandon));

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> new TransactionTemplate(manager).executeWithoutResult(status -> {
                        order("A1");
                        assertThatThrownBy(() -> late.publish("orders", "A1"))
                                .isInstanceOf(ConcurrencyFailureException.class);
                    }))
                    .withMessageContaining("do not catch it");

            assertThat(orders()).isEmpty();
        }
        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.RollbackTransaction);
    }

    @Test
    void failureWithinSavepointThatIsRolledBackIsForgiven() {
        TransactionTemplate nested = new TransactionTemplate(transactionManager);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

        TransactionMessageTemplate late = template(transactionManager, List.of(this::abandon));

        transactions.executeWithoutResult(status -> {
            template.publish("orders", "A1");
            assertThatThrownBy(() -> nested.executeWithoutResult(inner -> {
                        order("A2");
                        late.publish("orders", "A2");
                    }))
                    .isInstanceOf(ConcurrencyFailureException.class);
            order("A1");
        });

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.CommitTransaction, TransactionStatus.RollbackTransaction);
    }

    @Test
    void abandonedTransactionFailsItsCaller() {
        TransactionMessageTemplate late = template(transactionManager, List.of(this::abandon));

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    order("A1");
                    late.publish("orders", "A1");
                }));

        assertThat(orders()).isEmpty();
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void transactionOfAnotherManagerDoesNotPassForTheRecords() {
        DataSource pool = Databases.withoutAutoCommit(dataSource);
        JdbcTransactionRecords pooled = new JdbcTransactionRecords(pool, ROLLBACK_AFTER, Duration.ofDays(7), clock);
        TransactionMessageTemplate onPool = new TransactionTemplates(
                        producer::with,
                        MessageMapper.json(JsonMapper.builder().build()),
                        List.of(),
                        List.of(),
                        () -> pooled,
                        new DataSourceTransactionManager(pool))
                .create("shop");

        for (TransactionMessageTemplate refusing : List.of(template, onPool)) {
            assertThatExceptionOfType(IllegalTransactionStateException.class)
                    .isThrownBy(() -> elsewhere.executeWithoutResult(status -> refusing.publish("orders", "A1")))
                    .withMessageContaining("use the transaction manager of that DataSource");
        }
        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.RollbackTransaction);
    }

    @Test
    void callbackRunsInTheTransactionThatTheMessageIsBoundTo() {
        CheckerRule own = new CheckerRule("own", Set.of(), Set.of(), message -> TransactionStatus.Unknow);
        TransactionMessageTemplate checked = template(transactionManager, own);

        elsewhere.executeWithoutResult(outer -> {
            checked.sendInTransaction("orders", "A1", status -> order("A1"));
            outer.setRollbackOnly();
        });

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
    }

    @Test
    void refusesMessagesOfTransactionThatHasEnded() {
        List<Throwable> refusals = new ArrayList<>();
        transactions.executeWithoutResult(status -> {
            template.publish("orders", "A1");
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

                @Override
                public void afterCommit() {
                    refusals.add(refused(() -> template.publish("orders", "A2")));
                }

                @Override
                public void afterCompletion(int outcome) {
                    refusals.add(refused(() -> template.publish("orders", "A3")));
                    refusals.add(refused(() -> template.sendInTransaction("orders", "A4", inner -> "")));
                }
            });
        });

        assertThat(refusals)
                .hasSize(3)
                .allSatisfy(refusal -> assertThat(refusal)
                        .isInstanceOf(IllegalTransactionStateException.class)
                        .hasMessageContaining("MessageTemplate"));
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
    }

    @Test
    void publishesJustBeforeTheCommit() {
        transactions.executeWithoutResult(status -> {
            order("A1");
            justBeforeTheCommit(() -> template.publish("orders", "A1"));
        });

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
        assertThat(records()).isEqualTo(1);
    }

    @Test
    void rollbackAfterFailedCommitIsNotBelievedOfMessagePublishedJustBeforeIt() {
        PlatformTransactionManager reconnecting = reconnecting();
        TransactionMessageTemplate lossy = template(reconnecting);

        assertThatExceptionOfType(DataAccessResourceFailureException.class)
                .isThrownBy(() -> new TransactionTemplate(reconnecting).executeWithoutResult(status -> {
                    order("A1");
                    justBeforeTheCommit(() -> lossy.publish("orders", "A1"));
                }));

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.Unknow);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void transactionDoesNotCommitAfterFailureJustBeforeItThatWasCaught() {
        for (PlatformTransactionManager manager :
                List.of(transactionManager, new ExposingTransactionManager(dataSource))) {
            TransactionMessageTemplate late = template(manager, List.of(this::abandon));

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> new TransactionTemplate(manager).executeWithoutResult(status -> {
                        order("A1");
                        justBeforeTheCommit(() -> assertThat(refused(() -> late.publish("orders", "A1")))
                                .isInstanceOf(ConcurrencyFailureException.class));
                    }))
                    .withMessageContaining("do not catch it");

            assertThat(orders()).isEmpty();
        }
        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.RollbackTransaction);
    }

    @Test
    void whatFollowsTheLookAtTheFirstMessagesIsLookedAtToo() {
        PlatformTransactionManager manager = new ExposingTransactionManager(dataSource);
        TransactionMessageTemplate gone = template(manager);

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> new TransactionTemplate(manager).executeWithoutResult(status -> {
                    order("A1");
                    gone.publish("orders", "A1");
                    justBeforeTheCommit(() -> {
                        gone.publish("orders", "A2");
                        jdbc.update("DELETE FROM TERNMQ_TRANSACTION");
                    });
                }))
                .withMessageContaining("the database has rolled back");

        assertThat(orders()).isEmpty();
        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.RollbackTransaction);
    }

    private static void justBeforeTheCommit(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void beforeCommit(boolean readOnly) {
                work.run();
            }
        });
    }

    @Test
    void refusesMessagesFromOtherThreads() {
        transactions.executeWithoutResult(status -> assertThat(
                        CompletableFuture.supplyAsync(() -> refused(() -> template.publish("orders", "A1"))))
                .succeedsWithin(Duration.ofSeconds(30))
                .satisfies(refusal -> assertThat(refusal)
                        .isInstanceOf(IllegalTransactionStateException.class)
                        .hasMessageContaining("on its thread")));
        assertThat(producer.outcomes()).isEmpty();
    }

    @Test
    void refusesMessagesOfReactiveTransactions() {
        TransactionalOperator reactive = TransactionalOperator.create(new QuietReactiveTransactionManager());

        Mono<String> order = Mono.fromCallable(
                        () -> template.publish("orders", "A1").getMessageId())
                .as(reactive::transactional);

        assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(order::block);
        assertThat(producer.outcomes()).isEmpty();
    }

    @Test
    void wordThatCannotBeSentLeavesTheAnswerToTheCheck() {
        producer.failEnds(new IllegalStateException("no thread"));

        transactions.executeWithoutResult(status -> template.publish("orders", "A1"));

        assertThat(producer.outcomes()).containsExactly((TransactionStatus) null);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void failureTellsItsReasonThoughTheWordCannotBeSentEither() {
        producer.failEnds(new IllegalStateException("no thread"));
        TransactionMessageTemplate late = template(transactionManager, List.of(this::abandon));

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> late.publish("orders", "A1")))
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));

        assertThat(producer.check(0)).isEqualTo(TransactionStatus.RollbackTransaction);
    }

    /** Another process answers the broker after so long a time that it is told of a rollback, before the record is written. */
    private SendInterceptor.Completion abandon(Message message) {
        return (result, failure) -> {
            now = now.plus(ROLLBACK_AFTER).plusSeconds(1);
            assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);
        };
    }

    private static @Nullable Throwable refused(Runnable call) {
        try {
            call.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** Begins and ends nothing but the transactions of reactive chains. */
    private static final class QuietReactiveTransactionManager extends AbstractReactiveTransactionManager {

        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction(
                org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations) {
            return this;
        }

        @Override
        protected Mono<Void> doBegin(
                org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
                Object transaction,
                TransactionDefinition definition) {
            return Mono.empty();
        }

        @Override
        protected Mono<Void> doCommit(
                org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
                GenericReactiveTransaction status) {
            return Mono.empty();
        }

        @Override
        protected Mono<Void> doRollback(
                org.springframework.transaction.reactive.TransactionSynchronizationManager synchronizations,
                GenericReactiveTransaction status) {
            return Mono.empty();
        }
    }

    private String order(String id) {
        jdbc.update("INSERT INTO ORDERS VALUES (?)", id);
        return id;
    }

    private List<String> orders() {
        return jdbc.queryForList("SELECT ID FROM ORDERS", String.class);
    }

    private int records() {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM TERNMQ_TRANSACTION", Integer.class);
        return count == null ? 0 : count;
    }
}
