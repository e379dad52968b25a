package io.ternmq.broker.filter;

import io.ternmq.broker.log.Records;
import io.ternmq.broker.store.MessageFilter;
import java.nio.ByteBuffer;

/**
 * Lets messages through of which an SQL92 condition over their properties is true: not those of which it is false or unknown. Evaluated on the bytes of
 * the record; only properties that the condition names are looked at. Immutable.
 */
public final class SqlFilter implements MessageFilter {
    private final Expression.Condition condition;
    private final byte[][] names;

    private SqlFilter(Expression.Condition condition, byte[][] names) {
        this.condition = condition;
        this.names = names;
    }

    /**
     * Compiles an expression.
     *
     * @throws FilterException if it cannot be read, or is longer or deeper than {@link SqlParser} allows
     */
    public static SqlFilter compile(String expression) throws FilterException {
        SqlParser parser = new SqlParser(expression);
        Expression.Condition condition = parser.parse();
        return new SqlFilter(condition, parser.names());
    }

    /** Nothing can be told from the tag. */
    @Override
    public boolean matches(long tagsCode) {
        return true;
    }

    @Override
    public boolean examinesRecords() {
        return true;
    }

    @Override
    public boolean matches(ByteBuffer record) {
        return matches(record, Records.propertiesAt(record), Records.size(record));
    }

    /** Whether the text of properties between two indexes is wanted. */
    boolean matches(ByteBuffer bytes, int from, int to) {
        return condition.test(new PropertyValues(bytes, from, to, names)) == Truth.TRUE;
    }
}
