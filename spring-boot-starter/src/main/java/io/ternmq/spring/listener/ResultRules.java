package io.ternmq.spring.listener;

/**
 * What becomes of a listener's results, besides their destination.
 *
 * @param split whether the elements of a returned collection are sent as messages of their own
 */
public record ResultRules(boolean split) {

    /** As long as nobody says otherwise. */
    public static final ResultRules DEFAULT = new ResultRules(true);
}
