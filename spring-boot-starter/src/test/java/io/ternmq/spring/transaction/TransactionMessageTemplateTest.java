package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.Databases;
import io.ternmq.spring.support.MessageMapper;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

class TransactionMessageTemplateTest {

    private final DataSource dataSource = Databases.h2();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final DataSourceTransactionManager transactionManager = new DataSourceTransactionManager(dataSource);
    private final TransactionTemplate transactions = new TransactionTemplate(transactionManager);
    private final JdbcTransactionRecords records =
            new JdbcTransactionRecords(dataSource, Duration.ofSeconds(30), Duration.ofDays(7), InstantSource.system());
    private final FakeTransactionProducer producer = new FakeTransactionProducer();
    private final TransactionMessageTemplate template = template(transactionManager);

    private TransactionMessageTemplate template(PlatformTransactionManager manager, CheckerRule... rules) {
        return new TransactionTemplates(
                        producer::with,
                        MessageMapper.json(JsonMapper.builder().build()),
                        List.of(),
                        List.of(rules),
                        () -> records,
                        manager)
                .create("shop");
    }

    @Test
    void publishesForTheTransactionThatIsRunning() {
        transactions.executeWithoutResult(status -> {
            template.publish("orders:create", "A1");
            template.publish("orders:pay", "A1");
            assertThat(producer.outcomes()).containsExactly(null, null);
        });

        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.CommitTransaction, TransactionStatus.CommitTransaction);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void rollsBackWithTheTransaction() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
                    template.publish("orders", "A1");
                    throw new IllegalStateException("out of stock");
                }))
                .hasMessage("out of stock");

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
        assertThat(rows()).isZero();
    }

    @Test
    void runsTheLocalTransactionOfMessage() {
        String result = template.sendInTransaction("orders", "A1", status -> {
            assertThat(producer.outcomes()).containsExactly((TransactionStatus) null);
            return status.isNewTransaction() ? "done" : "joined";
        });

        assertThat(result).isEqualTo("done");
        assertThat(producer.outcomes()).containsExactly(TransactionStatus.CommitTransaction);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void rollsBackWhenTheCallbackSaysSo() {
        template.sendInTransaction("orders", "A1", status -> {
            status.setRollbackOnly();
            return "";
        });
        assertThatThrownBy(() -> template.sendInTransaction("orders", "A2", status -> {
                    throw new IllegalStateException("out of stock");
                }))
                .hasMessage("out of stock");

        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.RollbackTransaction);
        assertThat(rows()).isZero();
    }

    @Test
    void joinsTheTransactionThatIsRunning() {
        transactions.executeWithoutResult(outer -> {
            String result =
                    template.sendInTransaction("orders", "A1", status -> status.isNewTransaction() ? "new" : "joined");
            assertThat(result).isEqualTo("joined");
            outer.setRollbackOnly();
        });

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void suspendedTransactionKeepsItsMessages() {
        TransactionTemplate inner = new TransactionTemplate(transactionManager);
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        transactions.executeWithoutResult(outer -> {
            template.publish("orders", "outer");
            inner.executeWithoutResult(status -> template.publish("audit", "inner"));
            assertThat(producer.outcomes()).containsExactly(null, TransactionStatus.CommitTransaction);
            outer.setRollbackOnly();
        });

        assertThat(producer.outcomes())
                .containsExactly(TransactionStatus.RollbackTransaction, TransactionStatus.CommitTransaction);
    }

    @Test
    void whatWasSentSinceSavepointGoesWithIt() {
        TransactionTemplate nested = new TransactionTemplate(transactionManager);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

        transactions.executeWithoutResult(outer -> {
            nested.executeWithoutResult(status -> {
                template.publish("orders", "gone, though the first");
                status.setRollbackOnly();
            });
            template.publish("orders", "stays");
            nested.executeWithoutResult(status -> {
                template.publish("orders", "gone");
                status.setRollbackOnly();
            });
            nested.executeWithoutResult(status -> template.publish("orders", "stays too"));
        });

        assertThat(producer.outcomes())
                .containsExactly(
                        TransactionStatus.RollbackTransaction,
                        TransactionStatus.CommitTransaction,
                        TransactionStatus.RollbackTransaction,
                        TransactionStatus.CommitTransaction);
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void refusesToPublishWithoutTransaction() {
        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> template.publish("orders", "A1"))
                .withMessageContaining("@Transactional");
        TransactionTemplate reading = new TransactionTemplate(transactionManager);
        reading.setReadOnly(true);
        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> reading.executeWithoutResult(status -> template.publish("orders", "A1")))
                .withMessageContaining("readOnly");
        assertThat(producer.outcomes()).isEmpty();
    }

    @Test
    void refusalOfTheBrokerLeavesTheTransactionToItsCaller() {
        producer.refuse(new MQClientException("no such topic"));

        transactions.executeWithoutResult(status ->
                assertThatThrownBy(() -> template.publish("orders", "A1")).hasMessage("no such topic"));

        assertThat(rows()).isZero();
    }

    @Test
    void rollsTheMessageBackWhenTheTransactionCannotBegin() {
        TransactionMessageTemplate broken = template(new DataSourceTransactionManager(dataSource) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doBegin(Object transaction, TransactionDefinition definition) {
                throw new CannotCreateTransactionException("no connection");
            }
        });

        assertThatThrownBy(() -> broken.sendInTransaction("orders", "A1", status -> ""))
                .hasMessage("no connection");

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.RollbackTransaction);
    }

    @Test
    void commitWithoutAnswerIsLeftToTheCheck() {
        TransactionMessageTemplate lossy = template(new DataSourceTransactionManager(dataSource) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                throw new TransactionSystemException("connection lost");
            }
        });

        assertThatThrownBy(() -> lossy.sendInTransaction("orders", "A1", status -> ""))
                .hasMessage("connection lost");

        assertThat(producer.outcomes()).containsExactly(TransactionStatus.Unknow);
        assertThat(producer.check(0)).isEqualTo(TransactionStatus.CommitTransaction);
    }

    @Test
    void transactionOfThisProcessIsNotKnownWhileItRuns() {
        LocalTransactionChecker hasty = message -> TransactionStatus.RollbackTransaction;
        TransactionMessageTemplate own =
                template(transactionManager, new CheckerRule("hasty", Set.of("orders"), Set.of(), hasty));

        own.sendInTransaction("orders", "A1", status -> {
            assertThat(producer.check(0)).isEqualTo(TransactionStatus.Unknow);
            return "";
        });

        assertThat(producer.check(0)).isEqualTo(TransactionStatus.RollbackTransaction);
        assertThat(rows()).isZero();
    }

    @Test
    void asksTheCheckerThatKnowsMostAboutTheMessage() {
        LocalTransactionChecker byTopic = message -> TransactionStatus.CommitTransaction;
        LocalTransactionChecker byGroup = message -> TransactionStatus.RollbackTransaction;
        LocalTransactionChecker elsewhere = message -> {
            throw new IllegalStateException("of another group");
        };
        template(
                transactionManager,
                new CheckerRule("group", Set.of(), Set.of("shop"), byGroup),
                new CheckerRule("other", Set.of("orders"), Set.of("bank"), elsewhere),
                new CheckerRule("topic", Set.of("orders"), Set.of(), byTopic));

        assertThat(producer.checker().check(new Message("orders", "", new byte[0])))
                .isEqualTo(TransactionStatus.CommitTransaction);
        assertThat(producer.checker().check(new Message("payments", "", new byte[0])))
                .isEqualTo(TransactionStatus.RollbackTransaction);
    }

    @Test
    void refusesCheckersThatContradictEachOther() {
        LocalTransactionChecker checker = message -> TransactionStatus.Unknow;

        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(() -> template(
                        transactionManager,
                        new CheckerRule("bean first", Set.of("orders", "a"), Set.of(), checker),
                        new CheckerRule("bean second", Set.of("orders"), Set.of(), checker)))
                .withMessageContaining("bean first")
                .withMessageContaining("bean second");
    }

    @Test
    void refusesMessagesThatNobodyCanAnswerFor() {
        TransactionMessageTemplate alone = new TransactionTemplates(
                        producer::with,
                        MessageMapper.json(JsonMapper.builder().build()),
                        List.of(),
                        List.of(),
                        () -> null,
                        transactionManager)
                .create("shop");

        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(() -> alone.sendInTransaction("orders", "A1", status -> ""))
                .withMessageContaining("define a LocalTransactionChecker bean");
        assertThat(producer.outcomes()).isEmpty();
    }

    private int rows() {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM TERNMQ_TRANSACTION", Integer.class);
        return count == null ? 0 : count;
    }
}
