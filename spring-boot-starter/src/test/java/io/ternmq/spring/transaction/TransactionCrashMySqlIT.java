package io.ternmq.spring.transaction;

import io.ternmq.spring.MySql;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionCrashMySqlIT extends TransactionCrashContract {

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    @Override
    DriverManagerDataSource dataSource(Path directory) {
        return MYSQL.dataSource();
    }
}
