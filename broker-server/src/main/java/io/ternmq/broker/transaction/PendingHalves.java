package io.ternmq.broker.transaction;

import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.body.PendingHalfMessages;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows operators which half messages wait for their outcome. Safe for any thread; blocks on the disk. */
public final class PendingHalves {
    /** So many are looked at for one page, whatever is wanted. */
    private static final int LONGEST_LOOK = 10_000;

    private final HalfTable table;
    private final MessageStore store;

    /** Wires it. */
    public PendingHalves(HalfMessages halves, MessageStore store) {
        this.table = halves.table();
        this.store = store;
    }

    /**
     * Lists half messages in the order of the log.
     *
     * @param group only those of this producer group, if given
     * @param topic only those meant for this topic, if given
     * @param from the first log offset to look at
     * @param limit at most so many
     */
    public PendingHalfMessages list(@Nullable String group, @Nullable String topic, long from, int limit) {
        List<PendingHalfMessage> page = new ArrayList<>();
        long next = -1;
        List<Half> candidates = table.from(from, LONGEST_LOOK + 1);
        for (int i = 0; i < candidates.size(); i++) {
            Half half = candidates.get(i);
            if (page.size() == limit || i == LONGEST_LOOK) {
                next = half.logOffset;
                break;
            }
            ProducerGroup owner = half.group;
            if (owner != null && (group == null || owner.name.equals(group))) {
                add(page, half, owner, topic);
            }
        }
        return new PendingHalfMessages(table.count(), table.oldestStoredAt(), page, next);
    }

    private void add(List<PendingHalfMessage> page, Half half, ProducerGroup owner, @Nullable String topic) {
        try {
            StoredMessage record = HalfRecords.read(store, half.logOffset);
            String meantFor = HalfRecords.realTopic(record);
            if (topic == null || topic.equals(meantFor)) {
                String id = MessageProperties.get(record.properties(), PropertyNames.UNIQ_KEY);
                page.add(new PendingHalfMessage(
                        owner.name,
                        meantFor,
                        id == null ? "" : id,
                        new OffsetMessageId(record.storeHost(), half.logOffset).toString(),
                        half.logOffset,
                        half.storedAt,
                        half.checks,
                        half.nextCheck));
            }
        } catch (CommandException e) {
            // It has ended while the page was made, and its part of the log is gone.
            return;
        }
    }
}
