package io.ternmq.client;

/** The kinds of expressions that say which messages of a topic are wanted. */
public enum ExpressionType {
    /** Tags separated by {@code ||}, or {@code *} for all messages. */
    TAG,
    /** A condition over the properties of a message, as SQL92 has them. */
    SQL92
}
