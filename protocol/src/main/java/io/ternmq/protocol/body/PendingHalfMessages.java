package io.ternmq.protocol.body;

import java.util.List;

/**
 * Body of the answer to GET_PENDING_HALF_MESSAGES (code 10039): a page of the half messages whose transactions have not ended.
 *
 * @param total how many there are, whatever was asked for
 * @param oldestStoreTimestamp when the oldest of all was stored, epoch milliseconds; 0 if there is none
 * @param messages those of this page, oldest first
 * @param nextOffset {@code fromOffset} of the next page; -1 if this is the last
 */
public record PendingHalfMessages(
        int total, long oldestStoreTimestamp, List<PendingHalfMessage> messages, long nextOffset) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public PendingHalfMessages {
        messages = messages == null ? List.of() : messages;
    }
}
