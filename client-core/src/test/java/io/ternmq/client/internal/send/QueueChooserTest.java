package io.ternmq.client.internal.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.body.MessageQueue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueueChooserTest {

    private static final List<MessageQueue> QUEUES = List.of(
            new MessageQueue("t", "a", 0),
            new MessageQueue("t", "b", 0),
            new MessageQueue("t", "a", 1),
            new MessageQueue("t", "b", 1));
    private static final Route ROUTE =
            new Route("t", false, QUEUES, QUEUES, Map.of("a", Map.of(0L, "h:1"), "b", Map.of(0L, "h:2")));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private final BrokerHealth health = new BrokerHealth(now::get);
    private final QueueChooser chooser = new QueueChooser(health);

    @Test
    void takesQueuesInTurn() {
        assertThat(choose(4)).isEqualTo(QUEUES);
    }

    @Test
    void avoidsASlowBrokerForAWhileAndThenTriesItAgain() {
        health.answered("a", TimeUnit.MILLISECONDS.toNanos(300));

        assertThat(choose(8)).extracting(MessageQueue::brokerName).containsOnly("b");

        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(300) * 8 + 1);
        assertThat(choose(8)).extracting(MessageQueue::brokerName).contains("a", "b");
    }

    @Test
    void forgivesABrokerAsSoonAsItAnswersQuicklyAgain() {
        health.answered("a", TimeUnit.SECONDS.toNanos(2));
        health.answered("a", TimeUnit.MILLISECONDS.toNanos(3));

        assertThat(choose(8)).extracting(MessageQueue::brokerName).contains("a", "b");
    }

    @Test
    void usesSlowBrokersIfThereAreNoOthers() {
        health.answered("a", TimeUnit.SECONDS.toNanos(1));
        health.answered("b", TimeUnit.SECONDS.toNanos(1));

        assertThat(choose(4))
                .doesNotContainNull()
                .extracting(MessageQueue::brokerName)
                .contains("a", "b");
    }

    @Test
    void goesToAnotherBrokerAfterAFailureAndToAnotherQueueIfThereIsNone() {
        MessageQueue failed = QUEUES.get(1);

        assertThat(chooser.choose(ROUTE, failed))
                .extracting(MessageQueue::brokerName)
                .isEqualTo("a");

        Route one = new Route("one", false, QUEUES.subList(1, 2), QUEUES, Map.of());
        assertThat(chooser.choose(one, failed)).isEqualTo(failed);
    }

    @Test
    void leavesOutBrokersThatHaveEnoughToDo() {
        assertThat(chooser.chooseFree(ROUTE, "b"::equals))
                .extracting(MessageQueue::brokerName)
                .isEqualTo("b");
        assertThat(chooser.chooseFree(ROUTE, broker -> false)).isNull();
    }

    @Test
    void waitsForAGoodBrokerRatherThanTakingABadOne() {
        health.failed("b", TimeUnit.SECONDS.toNanos(30));

        assertThat(chooser.chooseFree(ROUTE, "b"::equals)).isNull();
    }

    @Test
    void waitsForNobodyWhenTheOnlyBrokerBecomesGoodWhileItLooks() {
        Route one = new Route("one", false, QUEUES.subList(0, 1), QUEUES, Map.of());
        BrokerHealth recovering = new BrokerHealth(now::getAndIncrement);
        recovering.failed("a", 1);

        assertThat(new QueueChooser(recovering).chooseFree(one, broker -> true)).isEqualTo(QUEUES.get(0));
    }

    private List<MessageQueue> choose(int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> Objects.requireNonNull(chooser.chooseFree(ROUTE, broker -> true)))
                .toList();
    }
}
