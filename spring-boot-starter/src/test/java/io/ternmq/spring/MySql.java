package io.ternmq.spring;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A {@link MySqlServer} for the tests of a class, which are skipped where there can be none. */
public final class MySql implements BeforeAllCallback, AfterAllCallback {

    private @Nullable MySqlServer server;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        server = MySqlServer.start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (server != null) {
            server.close();
        }
    }

    /** The server, which runs. */
    public MySqlServer server() {
        return Objects.requireNonNull(server);
    }

    /** Its first database, with the tables. */
    public DriverManagerDataSource dataSource() {
        return Databases.mysql(server());
    }
}
