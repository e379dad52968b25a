package io.ternmq.spring.listener;

import java.time.Duration;

/**
 * Says when a message is done, independent of the method's return: a listener method with a parameter of this type holds its
 * message until one of these methods is called, by whatever thread. The first call counts, and none is needed when the method
 * throws. Meanwhile the message counts against the listener's concurrency. What is not decided within the consume timeout
 * comes again.
 */
public interface Acknowledgement {

    /** The message is done. */
    void acknowledge();

    /** It comes again, after a growing delay. */
    void retry();

    /** It comes again after a delay. */
    void retry(Duration delay);

    /** It becomes a dead letter at once, which tells the reason. */
    void deadLetter(String reason);
}
