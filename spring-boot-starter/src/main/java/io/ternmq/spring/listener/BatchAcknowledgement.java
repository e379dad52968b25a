package io.ternmq.spring.listener;

import java.time.Duration;

/**
 * The {@link Acknowledgement} of a batch listener: the methods without an index are for all messages that are not decided
 * yet, those with an index for one of them. The call ends when all are decided.
 */
public interface BatchAcknowledgement extends Acknowledgement {

    /** One message is done. */
    void acknowledge(int index);

    /** One message comes again, after a growing delay. */
    void retry(int index);

    /** One message comes again after a delay. */
    void retry(int index, Duration delay);

    /** One message becomes a dead letter at once. */
    void deadLetter(int index, String reason);
}
