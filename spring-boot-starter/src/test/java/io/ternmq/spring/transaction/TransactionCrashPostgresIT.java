package io.ternmq.spring.transaction;

import io.ternmq.spring.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionCrashPostgresIT extends TransactionCrashContract {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @Override
    DriverManagerDataSource dataSource(Path directory) {
        return POSTGRES.dataSource();
    }
}
