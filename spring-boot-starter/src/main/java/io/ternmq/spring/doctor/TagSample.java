package io.ternmq.spring.doctor;

import io.ternmq.client.ExpressionType;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.FoundMessage;
import io.ternmq.client.admin.GroupProgress.QueueProgress;
import io.ternmq.client.admin.MessagePage;
import io.ternmq.client.admin.TopicStatus.QueueStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What tags the messages of a topic have, next to those that a listener wants: the newest messages of each queue as far as they came in the
 * last hour, and the first ones that its group has not read yet. All of them would be too many to look at.
 *
 * @param topic whose messages
 * @param wanted the tags that the listener wants
 * @param there the tags of the messages that were looked at
 * @param newest how many of the newest were looked at
 * @param unread how many of those not read yet were
 */
record TagSample(String topic, Set<String> wanted, Set<String> there, int newest, int unread) {

    /** About so many of the newest are looked at, the same number in each queue. */
    private static final int NEWEST = 256;

    private static final int UNREAD = 64;
    private static final int PAGE = 64;
    private static final long HOUR = 3600;

    /** The tags of an expression; none if it wants all, or is a condition in SQL, which is the broker's to evaluate. */
    static Set<String> tags(MessageSelector selector) {
        String expression = selector.getSubExpression().trim();
        return selector.getType() != ExpressionType.TAG || expression.isEmpty() || expression.equals("*")
                ? Set.of()
                : Arrays.stream(expression.split("\\|\\|"))
                        .map(String::trim)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Looks at a topic; nothing if the listener does not choose by tags. */
    static Optional<TagSample> of(Case patient, String topic, MessageSelector selector) {
        Set<String> wanted = tags(selector);
        List<QueueStatus> queues = wanted.isEmpty()
                ? List.of()
                : patient.admin()
                        .topicStatus(topic)
                        .map(status -> status.queues())
                        .orElse(List.of());
        if (queues.isEmpty()) {
            return Optional.empty();
        }
        Set<String> there = new TreeSet<>();
        Instant since = Instant.now().minusSeconds(HOUR);
        int newest = look(patient.admin(), topic, tails(queues), since, NEWEST, there);
        int unread = look(patient.admin(), topic, unread(patient, topic, queues), Instant.EPOCH, UNREAD, there);
        return Optional.of(new TagSample(topic, wanted, there, newest, unread));
    }

    private static Map<TopicPartition, Long> tails(List<QueueStatus> queues) {
        int each = Math.max(1, NEWEST / queues.size());
        return queues.stream()
                .collect(Collectors.toMap(
                        QueueStatus::queue, queue -> Math.max(queue.firstOffset(), queue.endOffset() - each)));
    }

    /** Where the group goes on, and the end of those queues in which it has never been. */
    private static Map<TopicPartition, Long> unread(Case patient, String topic, List<QueueStatus> queues) {
        Map<TopicPartition, Long> from = new HashMap<>();
        queues.forEach(queue -> from.put(queue.queue(), queue.endOffset()));
        for (QueueProgress progress :
                patient.admin().progress(patient.group(), topic).queues()) {
            from.computeIfPresent(
                    progress.queue(),
                    (queue, end) -> progress.committedOffset() < 0 ? end : progress.committedOffset());
        }
        return from;
    }

    /** Page by page, for messages may be large. */
    private static int look(
            AdminClient admin,
            String topic,
            Map<TopicPartition, Long> from,
            Instant since,
            int most,
            Set<String> there) {
        int seen = 0;
        MessagePage page = new MessagePage(List.of(), from, false);
        for (int taken = 0;
                taken < most && !page.last();
                taken += page.messages().size()) {
            page = admin.queryByTime(topic, since, Instant.MAX, page.next(), Math.min(PAGE, most - taken));
            for (FoundMessage found : page.messages()) {
                if (!found.storedAt().isBefore(since)) {
                    there.add(found.message().getTag());
                    seen++;
                }
            }
        }
        return seen;
    }

    /** Whether there was something to look at, and none of it is wanted. */
    boolean excludes() {
        return newest + unread > 0 && there.stream().noneMatch(wanted::contains);
    }

    /** The facts, for people. */
    @Override
    public String toString() {
        return "topic=" + topic + ", wanted=" + wanted + ", there=" + there + ", looked at=" + newest
                + " newest of the last hour and " + unread + " unread";
    }
}
