package io.ternmq.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Message;
import io.ternmq.spring.MySql;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.boot.TernMQTransactionAutoConfiguration;
import io.ternmq.spring.idempotent.HandledMessages;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class JdbcTransactionRecordsMySqlIT extends JdbcTransactionRecordsContract {

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    @Override
    DataSource dataSource() {
        return MYSQL.dataSource();
    }

    @Override
    Sessions sessions() {
        return new Sessions(
                "SELECT CONNECTION_ID()", "KILL %s", "SELECT 1 FROM INFORMATION_SCHEMA.PROCESSLIST WHERE ID = %s");
    }

    /** InnoDB rolls the loser of a deadlock back as a whole; an application that goes on would commit without its record. */
    @Test
    void loserOfDeadlockThatGoesOnDoesNotCommit() throws Exception {
        DataSource dataSource = dataSource();
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        JdbcTransactionRecords records = new JdbcTransactionRecords(
                dataSource, Duration.ofSeconds(30), Duration.ofDays(7), InstantSource.system());
        jdbc.execute("CREATE TABLE STOCK (ID INT PRIMARY KEY, AMOUNT INT NOT NULL)");
        jdbc.update("INSERT INTO STOCK VALUES (1, 0), (2, 0)");
        Message message = new Message("orders", "", new byte[] {1});
        message.setMsgID("loser");
        CountDownLatch mine = new CountDownLatch(1);
        CountDownLatch theirs = new CountDownLatch(1);
        CompletableFuture<Void> winner = CompletableFuture.runAsync(() -> transactions.executeWithoutResult(status -> {
            // The transaction with fewer changes is the one that loses.
            for (int i = 10; i < 100; i++) {
                jdbc.update("INSERT INTO STOCK VALUES (?, 0)", i);
            }
            jdbc.update("UPDATE STOCK SET AMOUNT = 1 WHERE ID = 2");
            theirs.countDown();
            await(mine);
            jdbc.update("UPDATE STOCK SET AMOUNT = 1 WHERE ID = 1");
        }));

        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                    records.write(message);
                    jdbc.update("UPDATE STOCK SET AMOUNT = 2 WHERE ID = 1");
                    mine.countDown();
                    await(theirs);
                    assertThatThrownBy(() -> jdbc.update("UPDATE STOCK SET AMOUNT = 2 WHERE ID = 2"))
                            .isInstanceOf(PessimisticLockingFailureException.class);
                    jdbc.update("INSERT INTO STOCK VALUES (3, 0)");
                    records.confirm(List.of(message));
                }));

        assertThat(winner).succeedsWithin(Duration.ofSeconds(30));
        assertThat(jdbc.queryForList("SELECT AMOUNT FROM STOCK WHERE ID IN (1, 2, 3)", Integer.class))
                .containsExactly(1, 1);
    }

    @Test
    void tablesAreCreatedOnDemandAndMayBeThereAlready() throws SQLException {
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TernMQAutoConfiguration.class,
                        TernMQClustersAutoConfiguration.class,
                        TernMQTransactionAutoConfiguration.class))
                .withPropertyValues(
                        "spring.datasource.url=" + MYSQL.server().createDatabase("on_demand"),
                        "ternmq.transaction.jdbc.initialize-schema=always",
                        "ternmq.idempotent.jdbc.initialize-schema=always");

        for (int expired = 0; expired < 2; expired++) {
            int before = expired;
            runner.run(context -> {
                assertThat(context.getBean(JdbcTransactionRecords.class).deleteExpired())
                        .isEqualTo(before);
                assertThat(context.getBean(HandledMessages.class).deleteExpired())
                        .isZero();
                new JdbcTemplate(context.getBean(DataSource.class))
                        .update("INSERT INTO TERNMQ_TRANSACTION VALUES ('old', 'orders', 'C', 0)");
            });
        }
    }
}
