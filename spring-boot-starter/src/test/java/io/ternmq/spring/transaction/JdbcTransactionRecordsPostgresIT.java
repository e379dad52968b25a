package io.ternmq.spring.transaction;

import io.ternmq.spring.Postgres;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbcTransactionRecordsPostgresIT extends JdbcTransactionRecordsContract {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @Override
    DataSource dataSource() {
        return POSTGRES.dataSource();
    }

    @Override
    Sessions sessions() {
        return new Sessions(
                "SELECT pg_backend_pid()",
                "SELECT pg_terminate_backend(%s)",
                "SELECT 1 FROM pg_stat_activity WHERE pid = %s");
    }
}
