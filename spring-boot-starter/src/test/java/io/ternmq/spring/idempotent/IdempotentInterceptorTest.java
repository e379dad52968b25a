package io.ternmq.spring.idempotent;

import io.ternmq.spring.Databases;
import javax.sql.DataSource;

class IdempotentInterceptorTest extends IdempotentInterceptorContract {

    @Override
    DataSource dataSource() {
        return Databases.h2();
    }
}
