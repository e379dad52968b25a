package io.ternmq.spring.idempotent;

import io.ternmq.spring.MySql;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdempotentInterceptorMySqlIT extends IdempotentInterceptorContract {

    @RegisterExtension
    static final MySql MYSQL = new MySql();

    @Override
    DataSource dataSource() {
        return MYSQL.dataSource();
    }
}
