package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import io.ternmq.spring.MySqlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionCrashMySqlIT extends TransactionCrashContract {

    private static @Nullable MySqlServer server;

    @BeforeAll
    static void startDatabase() throws IOException {
        server = MySqlServer.start();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DriverManagerDataSource dataSource(Path directory) {
        return Databases.mysql(Objects.requireNonNull(server));
    }
}
