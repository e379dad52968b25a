package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.AssignmentQuery;
import io.ternmq.protocol.body.AssignmentResult;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.RequestMode;
import io.ternmq.protocol.body.RequestModeTable;
import io.ternmq.protocol.body.SubscriptionData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues shared out by the broker, over real sockets. */
class AssignmentTest {
    @TempDir
    Path directory;

    private Broker broker;
    private TestClient client;
    private TestClient second;
    private TestClient third;

    @BeforeEach
    void start() throws IOException {
        broker = Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
        client = new TestClient(broker.port());
        second = new TestClient(broker.port());
        third = new TestClient(broker.port());
        TopicRequests.create(client, "t", 4, 6);
        client.heartbeat("c1", "g", SubscriptionData.ofTags("t", "*", 1));
        second.heartbeat("c2", "g", SubscriptionData.ofTags("t", "*", 1));
        third.heartbeat("c3", "g", SubscriptionData.ofTags("t", "*", 1));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        second.close();
        third.close();
        broker.close();
    }

    @Test
    void sharesOutQueuesToPullAsClientsDo() {
        assertThat(queues("c1", "AVG")).containsExactly(0, 1);
        assertThat(queues("c2", null)).containsExactly(2);
        assertThat(queues("c3", "AVG")).containsExactly(3);
        assertThat(queues("c1", "AVG_BY_CIRCLE")).containsExactly(0, 3);
        assertThat(queues("c3", "AVG_BY_CIRCLE")).containsExactly(2);
        assertThat(queues("nobody", "AVG")).isEmpty();
        assertThat(assign("c1", "AVG", "BROADCASTING").messageQueueAssignments())
                .hasSize(4);
        assertThat(assign("c1", "AVG", "CLUSTERING").messageQueueAssignments())
                .allMatch(assignment -> assignment.mode().equals("PULL")
                        && assignment.messageQueue().brokerName().equals("ternmq"));
    }

    @Test
    void letsEveryMemberPopFromAllQueues() {
        set("t", "g", "POP", 0);

        for (String member : List.of("c1", "c2", "c3", "just joining")) {
            AssignmentResult.Assignment assignment = assign(member, "AVG", "CLUSTERING")
                    .messageQueueAssignments()
                    .get(0);
            assertThat(assignment.mode()).isEqualTo("POP");
            assertThat(assignment.messageQueue().queueId()).isEqualTo(-1);
        }
    }

    @Test
    void letsMembersShareTheQueuesOfTheirNeighbours() {
        set("t", "g", "POP", 1);
        assertThat(queues("c1", "AVG")).containsExactly(0, 1, 2);
        assertThat(queues("c3", "AVG")).containsExactly(3, 0, 1);

        set("t", "g", "POP", 2);
        assertThat(queues("c1", "AVG")).containsExactly(-1);
    }

    @Test
    void keepsModesThroughARestart() throws IOException {
        set("t", "g", "POP", 3);
        close();
        broker = Broker.start(BrokerConfig.builder().dataDirectory(directory).build());
        client = new TestClient(broker.port());

        Command answer = client.call(RequestCode.GET_ALL_MESSAGE_REQUEST_MODE, Fields.empty());

        assertThat(TestClient.decode(answer, RequestModeTable.class)
                        .messageRequestModeMap()
                        .get("t")
                        .get("g"))
                .isEqualTo(new RequestMode("t", "g", "POP", 3));
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(set("t", "g", "PUSH", 0).code()).isEqualTo(29);
        assertThat(set("bad topic", "g", "POP", 0).code()).isEqualTo(29);
        assertThat(set("%RETRY%g", "g", "POP", 0).code()).isEqualTo(16);
        assertThat(ask("t", "c1", "MACHINE_ROOM", "CLUSTERING").code()).isEqualTo(29);
        assertThat(ask("nowhere", "c1", "AVG", "CLUSTERING").code()).isEqualTo(17);
    }

    private List<Integer> queues(String client, @Nullable String strategy) {
        return assign(client, strategy, "CLUSTERING").messageQueueAssignments().stream()
                .map(assignment -> assignment.messageQueue().queueId())
                .toList();
    }

    private AssignmentResult assign(String clientId, @Nullable String strategy, String model) {
        return TestClient.decode(ask("t", clientId, strategy, model), AssignmentResult.class);
    }

    private Command ask(String topic, String clientId, @Nullable String strategy, String model) {
        return client.call(
                RequestCode.QUERY_ASSIGNMENT,
                Fields.empty(),
                JsonBodies.encode(new AssignmentQuery(topic, "g", clientId, strategy, model)));
    }

    private Command set(String topic, String group, String mode, int share) {
        return client.call(
                RequestCode.SET_MESSAGE_REQUEST_MODE,
                Fields.empty(),
                JsonBodies.encode(new RequestMode(topic, group, mode, share)));
    }
}
