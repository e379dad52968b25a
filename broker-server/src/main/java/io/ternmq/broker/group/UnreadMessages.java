package io.ternmq.broker.group;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.ternmq.broker.store.QueueSpan;
import io.ternmq.broker.store.UnreadWatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which groups lose messages they have not read when the log is shortened: says so in the log before it happens and when it does,
 * and counts it. A group counts that has committed an offset of the topic and was not deleted, whether its consumers are there or not.
 *
 * <p>Figures may be read by any thread.
 */
public final class UnreadMessages implements UnreadWatch {
    /** Counter of messages that were deleted unread; tags {@code group}, {@code topic}. */
    public static final String DELETED = "ternmq.broker.unread.deleted";
    /** Gauge of unread messages that will be deleted next, and before long; tags {@code group}, {@code topic}. */
    public static final String EXPIRING = "ternmq.broker.unread.expiring";

    private static final Logger LOG = LoggerFactory.getLogger(UnreadMessages.class);

    private final @Nullable MeterRegistry meters;
    private final Map<Reader, Figures> figures = new ConcurrentHashMap<>();
    private volatile @Nullable Offsets offsets;

    /** Counts in a registry too, if there is one. Nothing may be deleted until {@link #watch} tells who reads what. */
    public UnreadMessages(@Nullable MeterRegistry meters) {
        this.meters = meters;
    }

    /** Begins to watch. */
    public void watch(Offsets known) {
        offsets = known;
    }

    @Override
    public boolean leaving(List<QueueSpan> spans, String reason) {
        Offsets known = offsets;
        if (known == null) {
            return false;
        }
        unread(known, spans).forEach((reader, messages) -> {
            LOG.warn(
                    "messages are deleted that a group has not read: group={}, topic={}, messages={}, reason={}",
                    reader.group,
                    reader.topic,
                    messages,
                    reason);
            figures(reader).deleted(messages);
        });
        return true;
    }

    @Override
    public void leavingSoon(List<QueueSpan> spans, String reason) {
        Offsets known = offsets;
        if (known == null) {
            return;
        }
        Map<Reader, Long> unread = unread(known, spans);
        figures.forEach((reader, before) -> {
            if (!unread.containsKey(reader)) {
                before.expiring.set(0);
            }
        });
        unread.forEach((reader, messages) -> {
            if (figures(reader).expiring.getAndSet(messages) == 0) {
                LOG.warn(
                        "messages will be deleted that a group has not read: group={}, topic={}, messages={},"
                                + " reason={}; start its consumers, keep messages longer, or delete the group if nobody"
                                + " needs it",
                        reader.group,
                        reader.topic,
                        messages,
                        reason);
            }
        });
    }

    /** How many were deleted unread since the start, counted once for each group. */
    public long deleted() {
        return figures.values().stream().mapToLong(each -> each.deleted.get()).sum();
    }

    /** How many unread ones will be deleted next, and before long, counted once for each group. */
    public long expiring() {
        return figures.values().stream().mapToLong(each -> each.expiring.get()).sum();
    }

    /** The figures as texts by key, for operators: totals, and {@code group@topic} where they are not 0. */
    public Map<String, String> describe() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("unreadMessagesDeleted", Long.toString(deleted()));
        texts.put("unreadMessagesExpiring", Long.toString(expiring()));
        figures.forEach((reader, each) -> {
            String place = "_" + reader.group + "@" + reader.topic;
            if (each.deleted.get() > 0) {
                texts.put("unreadMessagesDeleted" + place, Long.toString(each.deleted.get()));
            }
            if (each.expiring.get() > 0) {
                texts.put("unreadMessagesExpiring" + place, Long.toString(each.expiring.get()));
            }
        });
        return texts;
    }

    private static Map<Reader, Long> unread(Offsets offsets, List<QueueSpan> spans) {
        Map<String, Set<String>> groupsOfTopics = new HashMap<>();
        Map<Reader, Long> unread = new HashMap<>();
        for (QueueSpan span : spans) {
            for (String group : groupsOfTopics.computeIfAbsent(span.topic(), offsets::groupsOf)) {
                OptionalLong committed = offsets.committed(group, span.topic(), span.queueId());
                long messages = span.to() - Math.max(span.from(), committed.orElse(0));
                if (messages > 0) {
                    unread.merge(new Reader(group, span.topic()), messages, Long::sum);
                }
            }
        }
        return unread;
    }

    private Figures figures(Reader reader) {
        return figures.computeIfAbsent(reader, absent -> new Figures(reader, meters));
    }

    private record Reader(String group, String topic) {}

    private static final class Figures {
        private final AtomicLong deleted = new AtomicLong();
        private final AtomicLong expiring = new AtomicLong();
        private final @Nullable Counter counter;

        Figures(Reader reader, @Nullable MeterRegistry meters) {
            if (meters == null) {
                counter = null;
                return;
            }
            counter = Counter.builder(DELETED)
                    .description("Messages that were deleted although a group had not read them")
                    .tags("group", reader.group, "topic", reader.topic)
                    .register(meters);
            Gauge.builder(EXPIRING, expiring, AtomicLong::doubleValue)
                    .description("Messages that will be deleted before long although a group has not read them")
                    .tags("group", reader.group, "topic", reader.topic)
                    .register(meters);
        }

        void deleted(long messages) {
            deleted.addAndGet(messages);
            if (counter != null) {
                counter.increment((double) messages);
            }
        }
    }
}
