package io.ternmq.interop;

import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.GenuineProducer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds out from outside which member of a group holds which queue: sends one message to every queue of a topic, a round, and sees
 * who gets it. Used by one thread.
 */
final class Probes {
    private static final Duration ROUND = Duration.ofSeconds(1);

    private final GenuineProducer producer;
    private final String topic;
    private final int queues;
    private int round;
    private long roundStartedNanos;

    Probes(GenuineProducer producer, String topic, int queues) {
        this.producer = producer;
        this.topic = topic;
        this.queues = queues;
    }

    /**
     * Sends rounds until the messages of one have been delivered to the members exactly so: {@code shares} names the queues of
     * each, such as {@code "0,1"}. Which member has which share is left open: it follows from the order of their ids. No message of
     * that round has been delivered twice at that moment.
     */
    void awaitShares(Duration atMost, List<TestConsumer> members, String... shares) {
        startRound();
        List<String> expected = List.of(shares);
        await("shares of the queues")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> sharesNow(members), expected::equals);
    }

    /** Sends rounds until each message of one has been delivered to exactly one of the members. */
    void awaitEachQueueAtOne(Duration atMost, List<TestConsumer> members) {
        startRound();
        await("each queue at one member")
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    List<String> shares = sharesNow(members);
                    String all = String.join(
                            ",",
                            shares.stream()
                                    .flatMap(share -> Stream.of(share.split(",")))
                                    .filter(queue -> !queue.isEmpty())
                                    .sorted(Comparator.comparingInt(Integer::parseInt))
                                    .toList());
                    return all.equals(String.join(
                            ",",
                            IntStream.range(0, queues).mapToObj(String::valueOf).toList()));
                });
    }

    private List<String> sharesNow(List<TestConsumer> members) {
        List<String> shares = members.stream().map(this::share).sorted().toList();
        if (System.nanoTime() - roundStartedNanos > ROUND.toNanos()) {
            startRound();
        }
        return shares;
    }

    private void startRound() {
        round++;
        for (int queue = 0; queue < queues; queue++) {
            producer.send(Outgoing.text(topic, text()), queue);
        }
        roundStartedNanos = System.nanoTime();
    }

    private String share(TestConsumer member) {
        return String.join(
                ",",
                member.received().stream()
                        .filter(message -> message.text().equals(text()))
                        .map(Delivered::queueId)
                        .sorted()
                        .map(String::valueOf)
                        .toList());
    }

    private String text() {
        return "round " + round;
    }
}
