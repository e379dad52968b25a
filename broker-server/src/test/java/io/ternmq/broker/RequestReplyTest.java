package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerData;
import io.ternmq.protocol.header.PushReplyHeader;
import io.ternmq.protocol.message.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replies are handed over to the client that has asked, and to nobody else. */
class RequestReplyTest {
    @RegisterExtension
    static final RunningBroker broker = new RunningBroker();

    private final TestClient requester = broker.connect();
    private final TestClient replier = broker.connect();

    @Test
    void namesTheClusterInEveryMessageSoThatARequestCanBeAnswered() {
        requester.send("asked", 0, "2+2?", Map.of("CORRELATION_ID", "c1", "REPLY_TO_CLIENT", "me", "TTL", "3000"));

        Map<String, String> properties =
                MessageProperties.decode(TestClient.messages(replier.pullAll("g", "asked", 0, 0, 0))
                        .get(0)
                        .properties());
        assertThat(properties)
                .containsEntry("CLUSTER", "DefaultCluster")
                .containsEntry("CORRELATION_ID", "c1")
                .containsEntry("REPLY_TO_CLIENT", "me");
    }

    @Test
    void handsAReplyOverToTheClientThatHasAsked() throws Exception {
        joinAsProducer(requester, "me");

        for (RequestCode code : List.of(RequestCode.SEND_REPLY_MESSAGE_V2, RequestCode.SEND_REPLY_MESSAGE)) {
            Command answer = replier.call(code, reply(code, "me"), "four".getBytes(StandardCharsets.UTF_8));

            assertThat(answer.code()).isZero();
            assertThat(answer.fields().get("msgId")).isNotNull();
            assertThat(answer.fields().get("queueOffset")).isEqualTo("0");
            Command pushed = requester.pushed();
            assertThat(pushed.code()).isEqualTo(326);
            assertThat(pushed.body().toString(StandardCharsets.UTF_8)).isEqualTo("four");
            PushReplyHeader header = PushReplyHeader.decode(pushed.fields());
            assertThat(header.reply().topic()).isEqualTo("DefaultCluster_REPLY_TOPIC");
            assertThat(header.bornHost()).startsWith("127.0.0.1:");
            assertThat(header.storeHost()).isEqualTo("127.0.0.1:" + broker.port());
            assertThat(header.storeTimestamp()).isPositive();
            assertThat(MessageProperties.decode(header.reply().properties()))
                    .containsEntry("CORRELATION_ID", "c1")
                    .containsKey("PUSH_REPLY_TIME");
        }
        assertThat(replier.pushedCount()).isZero();
    }

    @Test
    void knowsARequesterByItsRequestBeforeItsFirstHeartbeat() throws Exception {
        requester.send("asked", 0, "2+2?", Map.of("CORRELATION_ID", "c1", "REPLY_TO_CLIENT", "early", "TTL", "3000"));

        Command answer = replier.call(
                RequestCode.SEND_REPLY_MESSAGE_V2,
                reply(RequestCode.SEND_REPLY_MESSAGE_V2, "early"),
                "four".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.code()).isZero();
        assertThat(requester.pushed().body().toString(StandardCharsets.UTF_8)).isEqualTo("four");
    }

    @Test
    void letsNobodyElseTakeTheRepliesOfAClientThatIsConnected() throws Exception {
        joinAsProducer(requester, "me");
        replier.send("asked", 0, "2+2?", Map.of("CORRELATION_ID", "c1", "REPLY_TO_CLIENT", "me", "TTL", "3000"));

        replier.call(
                RequestCode.SEND_REPLY_MESSAGE_V2,
                reply(RequestCode.SEND_REPLY_MESSAGE_V2, "me"),
                "four".getBytes(StandardCharsets.UTF_8));

        assertThat(requester.pushed().body().toString(StandardCharsets.UTF_8)).isEqualTo("four");
        assertThat(replier.pushedCount()).isZero();
    }

    @Test
    void tellsTheReplierThatNobodyWaits() throws Exception {
        joinAsProducer(requester, "gone");
        requester.close();
        requester.closed().join();

        Command answer = replier.call(
                RequestCode.SEND_REPLY_MESSAGE_V2, reply(RequestCode.SEND_REPLY_MESSAGE_V2, "gone-too"), new byte[] {1
                });

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR.number());
        assertThat(answer.remark()).contains("nobody waits for the reply here: clientId=gone-too");
    }

    @Test
    void refusesAReplyThatDoesNotSayToWhom() {
        Command answer = replier.call(
                RequestCode.SEND_REPLY_MESSAGE_V2,
                TestClient.sendHeader("DefaultCluster_REPLY_TOPIC", 0, Map.of("MSG_TYPE", "reply"))
                        .encode(),
                new byte[] {1});

        assertThat(answer.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL.number());
        assertThat(answer.remark()).contains("property=REPLY_TO_CLIENT");
    }

    private static Fields reply(RequestCode code, String clientId) throws Exception {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("MSG_TYPE", "reply");
        properties.put("CORRELATION_ID", "c1");
        properties.put("REPLY_TO_CLIENT", clientId);
        var header = TestClient.sendHeader("DefaultCluster_REPLY_TOPIC", 0, properties);
        return code == RequestCode.SEND_REPLY_MESSAGE_V2
                ? header.encode()
                : new PushReplyHeader(header, "", "", 0).encode();
    }

    private static void joinAsProducer(TestClient client, String clientId) {
        HeartbeatData data =
                new HeartbeatData(clientId, Set.of(new ProducerData("pg-" + clientId)), Set.of(), 0, false);
        client.call(RequestCode.HEART_BEAT, Fields.empty(), ByteBufUtil.getBytes(JsonBodies.encode(data)));
    }
}
