package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;

/**
 * Names one delivery of one message to a pop consumer, who gives it back to acknowledge the message or to change how long it stays invisible. On the wire these are
 * eight words separated by blanks.
 *
 * @param startOffset queue offset of the first message of the same answer and queue
 * @param popTime when it was delivered, epoch milliseconds of the broker's clock
 * @param invisibleMillis for how long nobody else gets it
 * @param reviveQueue {@link #ORDERED} of an ordered pop, else 0
 * @param retry 0 if the message lies in the topic itself, 1 or 2 if in the topic of its retries
 * @param offset queue offset of the message
 */
public record PopHandle(
        long startOffset,
        long popTime,
        long invisibleMillis,
        int reviveQueue,
        int retry,
        String brokerName,
        int queueId,
        long offset) {

    /** The revive queue of ordered pops. */
    public static final int ORDERED = 999;

    private static final int WORDS = 8;

    /**
     * Reads a handle.
     *
     * @throws CommandException with code 13, if it is none
     */
    public static PopHandle parse(String text) throws CommandException {
        String[] words = text.split(" ", -1);
        if (words.length == WORDS && !words[5].isEmpty()) {
            try {
                PopHandle handle = new PopHandle(
                        Long.parseLong(words[0]),
                        Long.parseLong(words[1]),
                        Long.parseLong(words[2]),
                        Integer.parseInt(words[3]),
                        Integer.parseInt(words[4]),
                        words[5],
                        Integer.parseInt(words[6]),
                        Long.parseLong(words[7]));
                if (handle.retry >= 0 && handle.retry <= 2 && handle.queueId >= 0 && handle.offset >= 0) {
                    return handle;
                }
            } catch (NumberFormatException e) {
                throw illegal(text);
            }
        }
        throw illegal(text);
    }

    private static CommandException illegal(String text) {
        return new CommandException(
                ResponseCode.MESSAGE_ILLEGAL,
                "handle of a popped message is malformed: extraInfo=" + text + "; give it back as it was received");
    }

    @Override
    public String toString() {
        return startOffset + " " + popTime + " " + invisibleMillis + " " + reviveQueue + " " + retry + " " + brokerName
                + " " + queueId + " " + offset;
    }
}
