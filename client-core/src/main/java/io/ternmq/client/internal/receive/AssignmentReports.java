package io.ternmq.client.internal.receive;

import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.Revocation;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the application which queues its consumer has, one report after the other, on a thread of its own. Each queue that was
 * reported as given is reported as taken away once, and only then as given again.
 */
final class AssignmentReports {

    private static final Logger LOGGER = LoggerFactory.getLogger(AssignmentReports.class);

    /** What there is to tell about a queue. */
    private enum What {
        ASSIGNED,
        REVOKED,
        LOST
    }

    /**
     * A report that waits.
     *
     * @param offset where the queue begins; of one that is given
     * @param told ends with where it is to begin, when the application has been told
     */
    private record Report(What what, MessageQueue queue, long offset, CompletableFuture<Long> told) {

        TopicPartition partition() {
            return new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId());
        }
    }

    private final String group;
    private final @Nullable AssignmentListener listener;
    private final Duration longestCall;
    private final ClientInstance client;
    private final ListenerPool<Runnable> thread;
    private final Deque<Report> waiting = new ArrayDeque<>();
    /** Those that were reported as given, and not as taken away. */
    private final Set<MessageQueue> given = new HashSet<>();

    private volatile @Nullable Thread telling;

    AssignmentReports(ConsumerConfig config, ClientInstance client) {
        this.group = config.groupId();
        this.listener = config.assignmentListener();
        this.longestCall = config.consumeTimeout();
        this.client = client;
        this.thread = new ListenerPool<>(
                1,
                config.listenerThreads() == ListenerThreads.VIRTUAL
                        ? OwnThreads.virtual()
                        : OwnThreads.platform(group + "-assignments"),
                Runnable::run);
    }

    private AssignmentReports(String group, ClientInstance client) {
        this.group = group;
        this.listener = null;
        this.longestCall = Duration.ZERO;
        this.client = client;
        this.thread = new ListenerPool<>(1, OwnThreads.platform(group), Runnable::run);
    }

    /** Of a consumer of which nobody wants to know. */
    static AssignmentReports none(String group, ClientInstance client) {
        return new AssignmentReports(group, client);
    }

    /** Whether anybody wants to know. */
    boolean wanted() {
        return listener != null;
    }

    /**
     * A queue is the consumer's. Does not block.
     *
     * @return ends with the offset at which it is to begin, when the application has been told; at once if it need not be
     */
    CompletableFuture<Long> assigned(MessageQueue queue, long offset) {
        if (listener == null || ResourceNames.isRetryTopic(queue.topic())) {
            return CompletableFuture.completedFuture(offset);
        }
        synchronized (this) {
            return given.add(queue) ? submit(What.ASSIGNED, queue, offset) : CompletableFuture.completedFuture(offset);
        }
    }

    /**
     * The consumer has a queue no more. Does not block.
     *
     * @return ends when the application has been told, which is after its listeners have come to their ends
     */
    CompletableFuture<?> revoked(ProcessQueue messages, boolean lost) {
        MessageQueue queue = messages.queue();
        return isGiven(queue)
                ? quiet(messages).thenCompose(quiet -> taken(queue, lost))
                : CompletableFuture.completedFuture(null);
    }

    private synchronized boolean isGiven(MessageQueue queue) {
        return given.contains(queue);
    }

    /** It may have been reported already, when the consumer ended before its listeners did. */
    private synchronized CompletableFuture<?> taken(MessageQueue queue, boolean lost) {
        return given.remove(queue)
                ? submit(lost ? What.LOST : What.REVOKED, queue, -1)
                : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<@Nullable Void> quiet(ProcessQueue messages) {
        CompletableFuture<@Nullable Void> quiet = messages.quiet();
        if (!quiet.isDone()) {
            ScheduledFuture<?> limit =
                    client.runtime().later(longestCall.toNanos(), TimeUnit.NANOSECONDS, () -> quiet.complete(null));
            CompletableFuture<?> unused = quiet.whenComplete((done, error) -> limit.cancel(false));
        }
        return quiet;
    }

    /** Reports queues of a topic that have not come back after they were begun anew without a report. */
    void revokeStrays(String topic, Predicate<MessageQueue> isHere) {
        List<MessageQueue> strays;
        synchronized (this) {
            strays = given.stream().filter(queue -> queue.topic().equals(topic)).toList();
        }
        // Asked without the lock, because who answers reports under a lock of its own.
        for (MessageQueue queue : strays) {
            if (!isHere.test(queue)) {
                CompletableFuture<?> unused = taken(queue, false);
            }
        }
        // Makes up for a thread that could not be had.
        thread.wakeIfWaiting();
    }

    /**
     * The consumer has no queue any more. Ends when the application has been told, or at once if it is the application that
     * asks for it while it is told something.
     */
    CompletableFuture<?> end() {
        if (listener == null) {
            thread.close();
            return CompletableFuture.completedFuture(null);
        }
        synchronized (this) {
            synchronized (waiting) {
                given.forEach(queue -> waiting.add(new Report(What.REVOKED, queue, -1, new CompletableFuture<>())));
            }
            given.clear();
        }
        thread.submit(this::tellWaiting);
        CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
        if (telling == Thread.currentThread()) {
            told.complete(null);
        }
        // Behind all reports.
        thread.submit(() -> {
            thread.close();
            told.complete(null);
        });
        return told;
    }

    private CompletableFuture<Long> submit(What what, MessageQueue queue, long offset) {
        Report report = new Report(what, queue, offset, new CompletableFuture<>());
        synchronized (waiting) {
            waiting.add(report);
        }
        thread.submit(this::tellWaiting);
        return report.told();
    }

    /** Tells what waits, up to where something else is to be told. */
    private void tellWaiting() {
        List<Report> reports = new ArrayList<>();
        synchronized (waiting) {
            Report first = waiting.peek();
            for (Report next = first;
                    first != null && next != null && next.what() == first.what();
                    next = waiting.peek()) {
                reports.add(waiting.remove());
            }
        }
        AssignmentListener application = listener;
        if (reports.isEmpty() || application == null) {
            return;
        }
        telling = Thread.currentThread();
        try {
            if (reports.get(0).what() == What.ASSIGNED) {
                tellAssigned(application, reports);
            } else {
                tellRevoked(application, reports);
            }
        } finally {
            telling = null;
        }
    }

    private void tellAssigned(AssignmentListener application, List<Report> reports) {
        OpenAssignment assignment = new OpenAssignment(group, client);
        reports.forEach(report -> assignment.add(report.partition(), report.offset()));
        guarded(() -> application.onAssigned(assignment), reports);
        assignment.close();
        reports.forEach(report -> report.told().complete(assignment.startOffset(report.partition())));
    }

    private void tellRevoked(AssignmentListener application, List<Report> reports) {
        Set<TopicPartition> queues = new LinkedHashSet<>();
        reports.forEach(report -> queues.add(report.partition()));
        boolean lost = reports.get(0).what() == What.LOST;
        guarded(() -> application.onRevoked(new Revocation(group, queues, lost)), reports);
        reports.forEach(report -> report.told().complete(report.offset()));
    }

    /** Whatever the application throws, queues come and go. */
    private void guarded(Runnable call, List<Report> reports) {
        try {
            call.run();
        } catch (Throwable e) {
            LOGGER.warn(
                    "an assignment listener has failed: group={}, told={}, queues={}; the queues {}",
                    group,
                    reports.get(0).what(),
                    reports.stream().map(Report::partition).toList(),
                    reports.get(0).what() == What.ASSIGNED ? "begin nevertheless" : "are given up nevertheless",
                    e);
        }
    }
}
