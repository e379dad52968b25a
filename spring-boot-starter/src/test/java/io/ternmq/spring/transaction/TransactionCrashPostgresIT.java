package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionCrashPostgresIT extends TransactionCrashContract {

    private static EmbeddedPostgres server;

    @BeforeAll
    static void startDatabase() throws IOException {
        server = Databases.startPostgres();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        server.close();
    }

    @Override
    DriverManagerDataSource dataSource(Path directory) {
        return Databases.postgres(server);
    }
}
