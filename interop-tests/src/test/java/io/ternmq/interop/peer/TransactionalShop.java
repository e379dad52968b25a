package io.ternmq.interop.peer;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.ternmq.spring.transaction.TransactionMessageTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * An application that takes orders and publishes them in the same transaction. As a process of its own it takes one order and dies
 * where property {@code shop.dies} says.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class TransactionalShop {

    private static final int DIED = 42;
    private static final int PATIENCE_SECONDS = 60;

    /** Where a process dies: always before the broker is told how the transaction has ended. */
    public enum Death {
        NEVER,
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    /** Takes orders. */
    public static class Desk {

        private final JdbcTemplate jdbc;
        private final TransactionMessageTemplate messages;
        private final String topic;

        Desk(JdbcTemplate jdbc, TransactionMessageTemplate messages, String topic) {
            this.jdbc = jdbc;
            this.messages = messages;
            this.topic = topic;
        }

        /** Takes one and publishes it; neither happens if it is not in stock. */
        @Transactional
        public void order(String id, boolean inStock) {
            jdbc.update("INSERT INTO ORDERS VALUES (?)", id);
            messages.publish(topic + ":create", id);
            if (!inStock) {
                throw new IllegalStateException("out of stock");
            }
        }

        /** The orders that there are. */
        public List<String> orders() {
            return jdbc.queryForList("SELECT ID FROM ORDERS", String.class);
        }
    }

    @Bean
    Desk desk(JdbcTemplate jdbc, TransactionMessageTemplate messages, @Value("${topic}") String topic) {
        jdbc.execute("CREATE TABLE IF NOT EXISTS ORDERS (ID VARCHAR(100) PRIMARY KEY)");
        return new Desk(jdbc, messages, topic);
    }

    @Bean
    DataSourceTransactionManager transactionManager(DataSource dataSource, @Value("${shop.dies:NEVER}") Death death) {
        return new DataSourceTransactionManager(dataSource) {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doCommit(DefaultTransactionStatus status) {
                dieIf(death == Death.BEFORE_COMMIT);
                super.doCommit(status);
                dieIf(death == Death.AFTER_COMMIT);
            }
        };
    }

    private static void dieIf(boolean now) {
        if (now) {
            Runtime.getRuntime().halt(DIED);
        }
    }

    /** Takes an order in a process of its own, which must die of it. */
    public static void dieOf(String order, Death death, Path home, List<String> properties)
            throws InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of(order, "--shop.dies=" + death, "--spring.docker.compose.enabled=false"));
        properties.forEach(property -> arguments.add("--" + property));
        try (ChildJvm jvm = ChildJvm.start(
                home,
                ChildJvm.Program.ofClass(
                        System.getProperty("java.class.path"),
                        TransactionalShop.class.getName(),
                        List.of("-Xmx256m"),
                        arguments))) {
            if (!jvm.process().waitFor(PATIENCE_SECONDS, SECONDS)
                    || jvm.process().exitValue() != DIED) {
                throw new IllegalStateException("the process has not died where it should: death=" + death + ", "
                        + jvm.describe() + ", output=" + jvm.output());
            }
        }
    }

    /** The arguments: an order, and properties. */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(TransactionalShop.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .run(arguments)
                .getBean(Desk.class)
                .order(arguments[0], true);
    }
}
