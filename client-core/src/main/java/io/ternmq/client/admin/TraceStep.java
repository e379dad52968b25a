package io.ternmq.client.admin;

import java.time.Instant;

/**
 * One step on the way of a message, as a client has told it. Texts that are not known are empty.
 *
 * @param kind what has happened
 * @param time when it began, by the clock of the client
 * @param group of the producer or consumer
 * @param topic the message's topic; not told by consumers
 * @param clientHost address of the client
 * @param broker address of the broker that has stored the message; told by producers only
 * @param costMillis how long it took; -1 if it has not come to an end
 * @param success whether it went well
 * @param retryTimes how often the message had been delivered to the group before; of consumers only
 * @param result in a word: of a listener {@code SUCCESS}, {@code TIME_OUT}, {@code EXCEPTION}, {@code RETURNNULL}, {@code FAILED} or {@code
 *     UNFINISHED}; of a transaction {@code COMMIT_MESSAGE}, {@code ROLLBACK_MESSAGE} or {@code UNKNOW}; else the kind of the message
 */
public record TraceStep(
        Kind kind,
        Instant time,
        String group,
        String topic,
        String clientHost,
        String broker,
        int costMillis,
        boolean success,
        int retryTimes,
        String result) {

    /** What can happen to a message. */
    public enum Kind {
        /** It was sent, or could not be. */
        SENT,
        /** A listener was given it. */
        CONSUMED,
        /** Its local transaction has ended. */
        TRANSACTION_ENDED,
        /** It was called back before its time. */
        RECALLED
    }
}
