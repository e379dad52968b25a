package io.ternmq.spring.boot;

/** A table that TernMQ needs is not in the application's database. */
final class MissingTableException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String table;
    private final String remedy;

    MissingTableException(String table, String property, String script, Throwable cause) {
        super("table is missing in the application's database: table=" + table, cause);
        this.table = table;
        this.remedy = "Set " + property + "=always, or create it with the script " + script
                + " (for h2, postgresql or mysql), such as by Flyway.";
    }

    String table() {
        return table;
    }

    String remedy() {
        return remedy;
    }

    @Override
    public String getMessage() {
        return super.getMessage() + "; " + remedy;
    }
}
