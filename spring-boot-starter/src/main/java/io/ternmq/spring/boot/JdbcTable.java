package io.ternmq.spring.boot;

import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.DatabaseDriver;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;
import org.springframework.boot.jdbc.init.PropertiesBasedDataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A table that TernMQ needs: created where that is wanted, and looked for before it is used. Not a bean of Boot's own kind, because
 * then everything that uses the database would wait for it, also in applications that do not need the table.
 *
 * @param name of the table
 * @param prefix of its properties
 * @param script that creates it, by platform
 */
record JdbcTable(String name, String prefix, String script) {

    static final JdbcTable TRANSACTIONS = new JdbcTable(
            "TERNMQ_TRANSACTION",
            "ternmq.transaction.jdbc",
            "classpath:io/ternmq/spring/transaction/schema-@@platform@@.sql");

    static final JdbcTable HANDLED = new JdbcTable(
            "TERNMQ_HANDLED",
            "ternmq.idempotent.jdbc",
            "classpath:io/ternmq/spring/idempotent/schema-@@platform@@.sql");

    private static final class Settings extends DatabaseInitializationProperties {

        /** None: it depends on the table, and is asked for before this is constructed. */
        @Override
        public String getDefaultSchemaLocation() {
            return "";
        }
    }

    void prepare(DataSource dataSource, ResourceLoader resources, JdbcTableProperties properties) {
        if (properties.initializeSchema() != JdbcTableProperties.Initialization.NEVER) {
            create(dataSource, resources, properties);
        }
        try {
            new JdbcTemplate(dataSource).queryForList("SELECT CREATED_AT FROM " + name + " WHERE 1 = 0");
        } catch (BadSqlGrammarException e) {
            throw new MissingTableException(name, prefix + ".initialize-schema", script, e);
        }
    }

    private void create(DataSource dataSource, ResourceLoader resources, JdbcTableProperties properties) {
        Settings settings = new Settings();
        settings.setInitializeSchema(
                DatabaseInitializationMode.valueOf(properties.initializeSchema().name()));
        settings.setSchema(properties.schema().isEmpty() ? script : properties.schema());
        // Two processes may create it at the same time; whether it is there is looked at afterwards.
        settings.setContinueOnError(true);
        var initializer = new PropertiesBasedDataSourceScriptDatabaseInitializer<>(
                dataSource, settings, Map.of(DatabaseDriver.MARIADB, DatabaseDriver.MYSQL.getId()));
        initializer.setResourceLoader(resources);
        initializer.initializeDatabase();
    }
}
