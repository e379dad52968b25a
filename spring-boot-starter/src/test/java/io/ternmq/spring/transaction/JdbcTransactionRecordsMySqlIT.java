package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import io.ternmq.spring.MySqlServer;
import java.io.IOException;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JdbcTransactionRecordsMySqlIT extends JdbcTransactionRecordsContract {

    private static @Nullable MySqlServer server;

    @BeforeAll
    static void start() throws IOException {
        server = MySqlServer.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Override
    DataSource dataSource() {
        return Databases.mysql(Objects.requireNonNull(server));
    }
}
