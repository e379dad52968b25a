package io.ternmq.client.internal.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicRouteData;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {

    private static final BrokerData B1 = new BrokerData("c", "b1", Map.of(0L, "h1:1", 1L, "h1:2"), false);
    private static final BrokerData B2 = new BrokerData("c", "b2", Map.of(1L, "h2:2"), false);

    @Test
    void writesOnlyWhereThereIsAMasterAndReadsFromReplicasToo() {
        Route route = route(null, queues("b1", 6), queues("b2", 6));

        assertThat(route.writeQueues()).extracting(MessageQueue::brokerName).containsOnly("b1");
        assertThat(route.readQueues()).extracting(MessageQueue::brokerName).contains("b1", "b2");
        assertThat(route.masterAddress("b1")).isEqualTo("h1:1");
        assertThat(route.masterAddress("b2")).isNull();
        assertThat(route.readAddress("b2", 0)).isEqualTo("h2:2");
        assertThat(route.readAddress("b1", 1)).isEqualTo("h1:2");
        assertThat(route.readAddress("b1", 7)).isEqualTo("h1:1");
        assertThat(route.readAddress("unknown", 0)).isNull();
    }

    @Test
    void respectsPermissions() {
        assertThat(route(null, queues("b1", 4)).writeQueues()).isEmpty();
        assertThat(route(null, queues("b1", 2)).readQueues()).isEmpty();
    }

    @Test
    void sortsReadQueuesForAllocation() {
        Route route = route(null, queues("b2", 6), queues("b1", 6));

        assertThat(route.readQueues()).isSorted();
    }

    @Test
    void takesTheQueuesOfAnOrderedTopicFromItsPins() {
        Route route = route("b1:2;b2:3", queues("b1", 6), queues("b2", 6));

        assertThat(route.writeQueues()).containsExactly(new MessageQueue("t", "b1", 0), new MessageQueue("t", "b1", 1));
    }

    @Test
    void limitsTheQueuesOfATopicThatASendWouldMake() {
        TopicRouteData template =
                new TopicRouteData(null, List.of(new QueueData("b1", 8, 8, 7, 0, 0)), List.of(B1), Map.of());

        Route route = Route.provisional("t", template, 4);

        assertThat(route.provisional()).isTrue();
        assertThat(route.writeQueues())
                .hasSize(4)
                .allMatch(queue -> queue.topic().equals("t"));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void survivesAnyTextAsPins(long seed) {
        Random random = new Random(seed);
        String alphabet = "b1:;-29 x";
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n >= 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            Route route = route(text.toString(), queues("b1", 6));

            assertThat(route.readQueues()).as("seed=%d, text=%s", seed, text).hasSize(4);
        }
    }

    private static QueueData queues(String broker, int perm) {
        return new QueueData(broker, 4, 4, perm, 0, 0);
    }

    private static Route route(@org.jspecify.annotations.Nullable String pins, QueueData... queues) {
        return Route.of("t", new TopicRouteData(pins, List.of(queues), List.of(B1, B2), Map.of()));
    }
}
