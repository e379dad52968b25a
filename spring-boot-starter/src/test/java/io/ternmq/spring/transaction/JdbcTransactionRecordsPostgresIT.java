package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JdbcTransactionRecordsPostgresIT extends JdbcTransactionRecordsContract {

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = Databases.startPostgres();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @Override
    DataSource dataSource() {
        return Databases.postgres(server);
    }

    @Override
    Sessions sessions() {
        return new Sessions(
                "SELECT pg_backend_pid()",
                "SELECT pg_terminate_backend(%s)",
                "SELECT 1 FROM pg_stat_activity WHERE pid = %s");
    }
}
