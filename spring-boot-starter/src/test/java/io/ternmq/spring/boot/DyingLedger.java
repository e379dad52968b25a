package io.ternmq.spring.boot;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.idempotent.Idempotent;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** An application that books payments once, and dies at a given point of that. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    TernMQAutoConfiguration.class,
    TernMQTransactionAutoConfiguration.class
})
public class DyingLedger {

    /** Exit code of a process that has died where it should. */
    static final int DIED = 42;

    /** Where it dies. */
    enum Point {
        AFTER_RECORD,
        AFTER_EFFECT,
        AFTER_COMMIT,
        NEVER
    }

    /** Books. */
    static class Ledger {

        private final JdbcTemplate jdbc;
        private final Point point;

        Ledger(DataSource dataSource, Point point) {
            this.jdbc = new JdbcTemplate(dataSource);
            this.point = point;
        }

        @Idempotent
        @MessageListener(topics = "${ledger.topic}", group = "${ledger.topic}-ledger", consumeFrom = "earliest")
        void book(String payment) {
            die(point, Point.AFTER_RECORD);
            jdbc.update("INSERT INTO BOOKINGS VALUES (?)", payment);
            die(point, Point.AFTER_EFFECT);
        }
    }

    @Bean
    DataSource dataSource(@Value("${ledger.database}") String url) {
        DriverManagerDataSource dataSource = new DriverManagerDataSource(url);
        new JdbcTemplate(dataSource).execute("CREATE TABLE IF NOT EXISTS BOOKINGS (WHAT VARCHAR(100))");
        return dataSource;
    }

    @Bean
    DataSourceTransactionManager transactionManager(DataSource dataSource, @Value("${ledger.point}") Point point) {
        return new DataSourceTransactionManager(dataSource) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                super.doCommit(status);
                die(point, Point.AFTER_COMMIT);
            }
        };
    }

    @Bean
    Ledger ledger(DataSource dataSource, @Value("${ledger.point}") Point point) {
        return new Ledger(dataSource, point);
    }

    private static void die(Point wanted, Point here) {
        if (wanted == here) {
            Runtime.getRuntime().halt(DIED);
        }
    }

    /** The arguments are properties. */
    public static void main(String[] args) throws InterruptedException {
        new SpringApplicationBuilder(DyingLedger.class)
                .web(WebApplicationType.NONE)
                .run(args);
        Thread.currentThread().join();
    }
}
