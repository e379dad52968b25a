package io.ternmq.spring.idempotent;

import io.ternmq.spring.Postgres;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdempotentInterceptorPostgresIT extends IdempotentInterceptorContract {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    @Override
    DataSource dataSource() {
        return POSTGRES.dataSource();
    }
}
