package io.ternmq.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says which messages of a topic are wanted. Immutable. */
public final class MessageSelector {
    private static final MessageSelector ALL = new MessageSelector(ExpressionType.TAG, "*");

    private final ExpressionType type;
    private final String expression;

    private MessageSelector(ExpressionType type, String expression) {
        this.type = type;
        this.expression = expression;
    }

    /**
     * Selects messages by a condition over their properties, such as {@code region = 'hangzhou' AND price BETWEEN 10 AND 20}. The broker
     * evaluates it; where the condition is unknown, because a property is missing, a message is not delivered.
     *
     * <p>There are {@code =, <>, >, >=, <, <=, BETWEEN, IN, IS NULL, IS NOT NULL, CONTAINS, STARTSWITH, ENDSWITH, AND, OR, NOT}, texts in single
     * quotes, numbers, {@code TRUE} and {@code FALSE}. The tag is the property {@code TAGS}.
     *
     * @throws MQClientException if the expression is blank
     */
    public static MessageSelector bySql(@Nullable String expression) {
        if (expression == null || expression.isBlank()) {
            throw new MQClientException(
                    "the SQL92 expression is blank; write a condition such as a > 1, or subscribe to *");
        }
        return new MessageSelector(ExpressionType.SQL92, expression);
    }

    /** Selects messages by their tag: tags separated by {@code ||}; {@code *}, blank or {@code null} selects all. */
    public static MessageSelector byTag(@Nullable String expression) {
        return expression == null || expression.isBlank() ? ALL : new MessageSelector(ExpressionType.TAG, expression);
    }

    /** The kind of expression. */
    public ExpressionType getType() {
        return type;
    }

    /** The expression. */
    public String getSubExpression() {
        return expression;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MessageSelector that && type == that.type && expression.equals(that.expression);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, expression);
    }

    @Override
    public String toString() {
        return type + " " + expression;
    }
}
