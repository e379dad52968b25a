package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.Databases;
import io.ternmq.spring.support.MessageMapper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** What records in a database promise, whichever database it is. */
abstract class JdbcTransactionRecordsContract {

    private static final Duration ROLLBACK_AFTER = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofDays(7);

    private final ExecutorService otherProcess = Executors.newSingleThreadExecutor();
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;
    private final Message message = message();
    private DataSource dataSource;
    private JdbcTransactionRecords records;
    private TransactionTemplate transactions;
    private JdbcTemplate jdbc;

    abstract DataSource dataSource();

    /** How a session is named, ended and looked for in this database. */
    record Sessions(String current, String end, String find) {}

    abstract Sessions sessions();

    @BeforeEach
    void open() {
        dataSource = dataSource();
        records = new JdbcTransactionRecords(dataSource, ROLLBACK_AFTER, RETENTION, clock);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        jdbc = new JdbcTemplate(dataSource);
        jdbc.update("DELETE FROM TERNMQ_TRANSACTION");
    }

    @AfterEach
    void close() {
        records.close();
        otherProcess.shutdownNow();
    }

    @Test
    void committedTransactionIsFound() {
        transactions.executeWithoutResult(status -> records.write(message));

        assertThat(records.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
        now = now.plus(Duration.ofDays(1));
        assertThat(records.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void transactionWithoutRecordIsNotKnownWhileItIsYoungAndThenRolledBack() {
        transactions.executeWithoutResult(status -> {
            records.write(message);
            status.setRollbackOnly();
        });

        now = now.plus(ROLLBACK_AFTER).minusMillis(1);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.Unknow);
        now = now.plusMillis(1);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);
    }

    @Test
    void transactionThatWasAbandonedCannotCommitAnyMore() {
        now = now.plus(ROLLBACK_AFTER);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> records.write(message)))
                .withMessageContaining("try the whole transaction again");
        assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);
    }

    @Test
    void transactionThatAnotherProcessIsRunningIsNotKnown() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        Future<?> running = otherProcess.submit(() -> transactions.executeWithoutResult(status -> {
            records.write(message);
            written.countDown();
            await(commit);
        }));
        await(written);
        now = now.plus(ROLLBACK_AFTER);

        assertThat(records.check(message)).isEqualTo(TransactionStatus.Unknow);
        commit.countDown();
        running.get();
        assertThat(records.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void checkThatWaitsForAnotherProcessSeesItsRollback() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch checking = new CountDownLatch(1);
        Future<?> running = otherProcess.submit(() -> transactions.executeWithoutResult(status -> {
            records.write(message);
            written.countDown();
            await(checking);
            status.setRollbackOnly();
        }));
        await(written);
        now = now.plus(ROLLBACK_AFTER);

        checking.countDown();
        TransactionStatus first = records.check(message);
        running.get();

        assertThat(first).isIn(TransactionStatus.Unknow, TransactionStatus.RollbackTransaction);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.RollbackTransaction);
    }

    @Test
    void refusesToWriteOutsideOfTheDatabasesTransaction() {
        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> records.write(message))
                .withMessageContaining("LocalTransactionChecker");
        assertThat(rows()).isZero();
    }

    @Test
    void refusesTheTransactionOfAnotherDatabase() {
        TransactionTemplate elsewhere = new TransactionTemplate(new DataSourceTransactionManager(Databases.h2()));
        DataSource pool = Databases.withoutAutoCommit(dataSource);
        JdbcTransactionRecords pooled = new JdbcTransactionRecords(pool, ROLLBACK_AFTER, RETENTION, clock);

        elsewhere.executeWithoutResult(status -> {
            for (JdbcTransactionRecords refusing : List.of(records, pooled)) {
                assertThatExceptionOfType(IllegalTransactionStateException.class)
                        .isThrownBy(() -> refusing.write(message))
                        .withMessageContaining("use the transaction manager of that DataSource");
            }
            // Its connection is bound to the thread now, but to no transaction of its own.
            new JdbcTemplate(pool).queryForList("SELECT TOPIC FROM TERNMQ_TRANSACTION");
            assertThatExceptionOfType(IllegalTransactionStateException.class).isThrownBy(() -> pooled.write(message));
        });
        assertThat(rows()).isZero();
    }

    @Test
    void takesTheTransactionOfJpaOnTopOfTheDatabase() {
        new TransactionTemplate(new ExposingTransactionManager(dataSource))
                .executeWithoutResult(status -> records.write(message));

        assertThat(records.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void answersApartFromTheTransactionThatIsRunning() {
        Message abandoned = message();
        Message other = message();
        now = now.plus(ROLLBACK_AFTER);
        for (PlatformTransactionManager manager :
                List.of(new ExposingTransactionManager(dataSource), new DataSourceTransactionManager(dataSource))) {
            new TransactionTemplate(manager).executeWithoutResult(status -> {
                records.write(message);
                assertThat(records.check(message())).isEqualTo(TransactionStatus.Unknow);
                assertThat(records.check(abandoned)).isEqualTo(TransactionStatus.RollbackTransaction);
                records.write(other);
                status.setRollbackOnly();
            });
        }

        assertThat(jdbc.queryForList("SELECT MESSAGE_ID FROM TERNMQ_TRANSACTION", String.class))
                .containsExactly(abandoned.getMsgID());
    }

    @Test
    void needsNoConnectionsThatCommitByThemselves() {
        DataSource pool = Databases.withoutAutoCommit(dataSource);
        JdbcTransactionRecords pooled = new JdbcTransactionRecords(pool, ROLLBACK_AFTER, RETENTION, clock);
        TransactionTemplate own = new TransactionTemplate(new DataSourceTransactionManager(pool));
        Message abandoned = message();
        own.executeWithoutResult(status -> pooled.write(message));
        now = now.plus(ROLLBACK_AFTER);

        assertThat(pooled.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
        assertThat(pooled.check(abandoned)).isEqualTo(TransactionStatus.RollbackTransaction);

        assertThat(rows()).isEqualTo(2);
        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> own.executeWithoutResult(status -> pooled.write(abandoned)));
        now = now.plus(RETENTION).plusMillis(1);
        assertThat(pooled.deleteExpired()).isEqualTo(2);
        assertThat(rows()).isZero();
    }

    @Test
    void missesRecordsThatTheDatabaseHasRolledBack() {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            messages.add(message());
        }
        transactions.executeWithoutResult(status -> {
            messages.forEach(records::write);
            records.confirm(messages);
        });

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    records.write(message);
                    jdbc.execute((ConnectionCallback<Void>) connection -> {
                        connection.rollback();
                        return null;
                    });
                    records.confirm(List.of(message));
                }))
                .withMessageContaining(message.getMsgID());
        assertThat(rows()).isEqualTo(250);
    }

    @Test
    void connectionThatHasBrokenTakesNoMessage() {
        FakeTransactionProducer producer = new FakeTransactionProducer();
        TransactionMessageTemplate template = template(producer);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    breakConnection();
                    template.publish("orders", "A1");
                }))
                .isInstanceOf(NestedRuntimeException.class);

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
        assertThat(rows()).isZero();
    }

    @Test
    void connectionThatBreaksBeforeTheCommitLeavesTheAnswerToTheCheck() {
        FakeTransactionProducer producer = new FakeTransactionProducer();
        TransactionMessageTemplate template = template(producer);

        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    template.publish("orders", "A1");
                    breakConnection();
                }))
                .isInstanceOf(NestedRuntimeException.class);

        assertThat(producer.outcomes()).doesNotContain(TransactionStatus.CommitTransaction);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.Unknow);
        now = now.plus(ROLLBACK_AFTER).plusSeconds(1);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.RollbackTransaction);
    }

    private TransactionMessageTemplate template(FakeTransactionProducer producer) {
        return new TransactionTemplates(
                        producer::with,
                        MessageMapper.json(JsonMapper.builder().build()),
                        List.of(),
                        List.of(),
                        () -> records,
                        new DataSourceTransactionManager(dataSource))
                .create("shop");
    }

    /** That of the transaction on this thread; who does it is another session, on another thread. */
    private void breakConnection() {
        Sessions sessions = sessions();
        Object id = jdbc.queryForObject(sessions.current(), Object.class);
        Future<?> ended = otherProcess.submit(() -> {
            jdbc.execute(sessions.end().formatted(id));
            org.awaitility.Awaitility.await()
                    .until(() ->
                            jdbc.queryForList(sessions.find().formatted(id)).isEmpty());
        });
        assertThat(ended).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void deletesRecordsThatAreOlderThanTheRetention() {
        for (int i = 0; i < 1001; i++) {
            transactions.executeWithoutResult(status -> records.write(message()));
        }
        now = now.plus(RETENTION).plusMillis(1);
        transactions.executeWithoutResult(status -> records.write(message));

        assertThat(records.deleteExpired()).isEqualTo(1001);
        assertThat(rows()).isEqualTo(1);
        assertThat(records.check(message)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void deletesExpiredRecordsEveryNowAndThen() {
        transactions.executeWithoutResult(status -> records.write(message));
        now = now.plus(RETENTION).plusMillis(1);

        records.deleteExpiredEvery(Duration.ofMillis(20));

        org.awaitility.Awaitility.await().until(() -> rows() == 0);
    }

    private int rows() {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM TERNMQ_TRANSACTION", Integer.class);
        return count == null ? 0 : count;
    }

    private Message message() {
        Message fresh = new Message("orders", "create", new byte[] {1});
        fresh.setMsgID(UUID.randomUUID().toString());
        fresh.setBornTimestamp(now.toEpochMilli());
        return fresh;
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
