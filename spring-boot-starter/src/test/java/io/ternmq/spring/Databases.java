package io.ternmq.spring;

import io.ternmq.test.LoopbackPorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** Real databases for tests, with the tables of TernMQ. */
public final class Databases {

    private Databases() {}

    /** A database that does not outlive the test. */
    public static DataSource h2() {
        return prepared(new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"), "h2");
    }

    /** A database whose commits survive the end of the process that made them. */
    public static DriverManagerDataSource h2(Path directory) {
        return prepared(
                new DriverManagerDataSource("jdbc:h2:file:" + directory.resolve("db") + ";WRITE_DELAY=0"), "h2");
    }

    /** A PostgreSQL server on a free port of this machine. */
    public static EmbeddedPostgres startPostgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(LoopbackPorts.find())
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    /** Its database, with the tables. */
    public static DriverManagerDataSource postgres(EmbeddedPostgres server) {
        return prepared(new DriverManagerDataSource(server.getJdbcUrl("postgres", "postgres")), "postgresql");
    }

    /** The database of a MySQL server, with the tables. */
    public static DriverManagerDataSource mysql(MySqlServer server) {
        return prepared(new DriverManagerDataSource(server.url()), "mysql");
    }

    /** The same database through a pool whose connections do not commit by themselves, as many are set up for JPA. */
    public static DataSource withoutAutoCommit(DataSource dataSource) {
        return new DelegatingDataSource(dataSource) {

            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                connection.setAutoCommit(false);
                return connection;
            }
        };
    }

    private static <T extends DataSource> T prepared(T dataSource, String platform) {
        new ResourceDatabasePopulator(
                        new ClassPathResource("io/ternmq/spring/transaction/schema-" + platform + ".sql"),
                        new ClassPathResource("io/ternmq/spring/idempotent/schema-" + platform + ".sql"))
                .execute(dataSource);
        return dataSource;
    }
}
