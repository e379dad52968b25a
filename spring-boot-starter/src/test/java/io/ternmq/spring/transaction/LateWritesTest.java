package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.Databases;
import io.ternmq.spring.support.MessageMapper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Managers that write with the commit what was put off until then, and find out only there that they have to roll back, as JPA's do. */
class LateWritesTest {

    private final DataSource dataSource = Databases.h2();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final LateManager manager = new LateManager(dataSource);
    private final TransactionTemplate transactions = new TransactionTemplate(manager);
    private final FakeTransactionProducer producer = new FakeTransactionProducer();
    private final JdbcTransactionRecords records =
            new JdbcTransactionRecords(dataSource, Duration.ofSeconds(30), Duration.ofDays(7), InstantSource.system());
    private final TransactionTemplates templates = new TransactionTemplates(
            producer::with,
            MessageMapper.json(JsonMapper.builder().build()),
            List.of(),
            List.of(),
            () -> records,
            manager);
    private final TransactionMessageTemplate template = templates.create("shop");

    LateWritesTest() {
        jdbc.execute("CREATE TABLE ORDERS (ID VARCHAR(10) PRIMARY KEY)");
    }

    /** Its commit does something before, and rolls back what is marked so. */
    private static final class LateManager extends DataSourceTransactionManager {

        private static final long serialVersionUID = 1L;

        private transient Runnable work = () -> {};

        LateManager(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        protected boolean shouldCommitOnGlobalRollbackOnly() {
            return true;
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            if (status.isGlobalRollbackOnly()) {
                doRollback(status);
                return;
            }
            work.run();
            super.doCommit(status);
        }
    }

    @Test
    void whatIsPutOffIsWrittenBeforeTheCommit() {
        transactions.executeWithoutResult(status -> {
            template.publish("orders", "A1");
            putOff(() -> order("A1"));
        });

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
    }

    @Test
    void whatFailsToBeWrittenIsRolledBackAndNeedsNoCheck() {
        order("A1");

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    order("A2");
                    template.publish("orders", "A1");
                    putOff(() -> order("A1"));
                }));

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void whatTheCommitFindsMarkedIsRolledBackAndNeedsNoCheck() {
        assertThatExceptionOfType(UnexpectedRollbackException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    order("A1");
                    template.publish("orders", "A1");
                    transactions.executeWithoutResult(inner -> inner.setRollbackOnly());
                }));

        assertThat(orders()).isEmpty();
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void refusesTheFirstMessageWhileTheTransactionCommits() {
        manager.work = () -> template.publish("orders", "A1");

        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> order("A1")))
                .withMessageContaining("by a flush");

        assertThat(producer.outcomes()).isEmpty();
    }

    @Test
    void refusesMessagesOfAllTemplatesWhileIsWrittenWhatWasPutOff() {
        TransactionMessageTemplate other = templates.create("billing");

        for (TransactionMessageTemplate late : List.of(template, other)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                        template.publish("orders", order("A1"));
                        putOff(() -> late.publish("orders", "A2"));
                    }))
                    .withMessageContaining("by a flush")
                    .withCauseInstanceOf(IllegalTransactionStateException.class);
        }

        assertThat(orders()).isEmpty();
        assertThat(producer.outcomes()).hasSize(2).containsOnly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void refusesTheFirstMessageAfterTheCommit() {
        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    order("A1");
                    TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

                        @Override
                        public void afterCommit() {
                            template.publish("orders", "A1");
                        }
                    });
                }))
                .withMessageContaining("MessageTemplate");

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).isEmpty();
    }

    @Test
    void takesMessagesOfAnotherTransactionAfterTheCommit() {
        TransactionTemplate another = new TransactionTemplate(manager);
        another.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);

        transactions.executeWithoutResult(status ->
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

                    @Override
                    public void afterCommit() {
                        another.executeWithoutResult(inner -> template.publish("orders", order("A1")));
                    }
                }));

        assertThat(orders()).containsExactly("A1");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
    }

    /** Does something when what was put off is to be written. */
    private static void putOff(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

            @Override
            public void flush() {
                work.run();
            }
        });
    }

    private String order(String id) {
        jdbc.update("INSERT INTO ORDERS VALUES (?)", id);
        return id;
    }

    private List<String> orders() {
        return jdbc.queryForList("SELECT ID FROM ORDERS", String.class);
    }
}
