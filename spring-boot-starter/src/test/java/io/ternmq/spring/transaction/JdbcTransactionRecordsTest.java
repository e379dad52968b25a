package io.ternmq.spring.transaction;

import io.ternmq.spring.Databases;
import javax.sql.DataSource;

class JdbcTransactionRecordsTest extends JdbcTransactionRecordsContract {

    @Override
    DataSource dataSource() {
        return Databases.h2();
    }

    @Override
    Sessions sessions() {
        return new Sessions(
                "SELECT SESSION_ID()",
                "CALL ABORT_SESSION(%s)",
                "SELECT 1 FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = %s");
    }
}
