package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import java.nio.file.Path;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class TransactionCrashIT extends TransactionCrashContract {

    @Override
    DriverManagerDataSource dataSource(Path directory) {
        return Databases.h2(directory);
    }
}
