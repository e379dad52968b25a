package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import javax.sql.DataSource;

class JdbcTransactionRecordsTest extends JdbcTransactionRecordsContract {

    @Override
    DataSource dataSource() {
        return Databases.h2();
    }
}
