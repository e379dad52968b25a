package io.ternmq.spring.listener;

/**
 * What becomes of a listener's results, besides their destination.
 *
 * @param split whether the elements of a returned collection are sent as messages of their own
 * @param returnExceptions whether a request that fails is answered with the exception, and is done
 */
public record ResultRules(boolean split, boolean returnExceptions) {

    /** As long as nobody says otherwise. */
    public static final ResultRules DEFAULT = new ResultRules(true, false);
}
