package io.ternmq.protocol.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.TopicConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersTest {
    @Test
    void everyHeaderReadsWhatItWrites() throws Exception {
        SendHeader send = new SendHeader("pg", "orders", "TBW102", 4, -1, 1, 123, 7, "TAGS\u0001A\u0002", 2, 16, true);
        assertThat(SendHeader.decode(send.encode())).isEqualTo(send);
        PullHeader pull = new PullHeader(
                "cg",
                "orders",
                3,
                100,
                32,
                PullHeader.SUSPEND | PullHeader.SUBSCRIPTION,
                99,
                15_000,
                5,
                "A || B",
                "TAG",
                65_536);
        assertThat(PullHeader.decode(pull.encode())).isEqualTo(pull);
        PullResultHeader pulled = new PullResultHeader(0, 10, 0, 20);
        assertThat(PullResultHeader.decode(pulled.encode())).isEqualTo(pulled);
        SendResultHeader sent = new SendResultHeader("0A", 1, 2, "unique", "DefaultRegion", false);
        assertThat(SendResultHeader.decode(sent.encode())).isEqualTo(sent);
        SendBackHeader back = new SendBackHeader(1000, "cg", -1, "id", "orders", null, 1500L);
        assertThat(SendBackHeader.decode(back.encode())).isEqualTo(back);
        QueryOffsetHeader query = new QueryOffsetHeader("cg", "orders", 1, false);
        assertThat(QueryOffsetHeader.decode(query.encode())).isEqualTo(query);
        UpdateOffsetHeader update = new UpdateOffsetHeader("cg", "orders", 1, 77);
        assertThat(UpdateOffsetHeader.decode(update.encode())).isEqualTo(update);
        SearchOffsetHeader search = new SearchOffsetHeader("orders", 1, 77, true);
        assertThat(SearchOffsetHeader.decode(search.encode())).isEqualTo(search);
        QueueHeader queue = new QueueHeader("orders", 1);
        assertThat(QueueHeader.decode(queue.encode())).isEqualTo(queue);
        UnregisterHeader leave = new UnregisterHeader("id", null, "cg");
        assertThat(UnregisterHeader.decode(leave.encode())).isEqualTo(leave);
        EndTransactionHeader end = new EndTransactionHeader(
                "orders", "pg", 3, 4711, EndTransactionHeader.ROLLBACK, true, "unique", "unique");
        assertThat(EndTransactionHeader.decode(end.encode())).isEqualTo(end);
        CheckTransactionHeader check = new CheckTransactionHeader(3, 4711, "unique", "unique", "0A", "orders", "b");
        assertThat(CheckTransactionHeader.decode(check.encode())).isEqualTo(check);
        CreateTopicHeader create = new CreateTopicHeader(
                new TopicConfig("orders", 4, 8, 6, "SINGLE_TAG", 0, true, Map.of("message.type", "FIFO")), "TBW102");
        assertThat(CreateTopicHeader.decode(create.encode())).isEqualTo(create);
    }

    @Test
    void readsTheLongNamesOfTheOldSend() throws Exception {
        Fields fields = Fields.builder()
                .put("producerGroup", "pg")
                .put("topic", "orders")
                .put("defaultTopic", "TBW102")
                .put("defaultTopicQueueNums", 4)
                .put("queueId", 0)
                .put("sysFlag", 0)
                .put("bornTimestamp", 1)
                .put("flag", 0)
                .build();

        SendHeader header = SendHeader.decodeLong(fields);

        assertThat(header.topic()).isEqualTo("orders");
        assertThat(header.properties()).isEmpty();
        assertThat(header.maxReconsumeTimes()).isNull();
    }

    @Test
    void readsTheBoundaryNameOfOnsClients() throws Exception {
        Fields fields = Fields.builder()
                .put("topic", "orders")
                .put("queueId", 0)
                .put("timestamp", 1)
                .put("boundary", "upper")
                .build();

        assertThat(SearchOffsetHeader.decode(fields).upper()).isTrue();
    }

    @Test
    void namesTheFieldThatIsMissingOrNoNumber() {
        assertThatThrownBy(() -> QueueHeader.decode(Fields.of("topic", "orders")))
                .isInstanceOfSatisfying(CommandException.class, e -> {
                    assertThat(e.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
                    assertThat(e.remark()).isEqualTo("header field is missing: field=queueId");
                });
        assertThatThrownBy(() -> QueueHeader.decode(
                        Fields.builder().put("topic", "t").put("queueId", "one").build()))
                .hasMessage("header field is not a number: field=queueId, value=one");
    }

    @Test
    void describesVersionsByTheirRelease() {
        assertThat(ProtocolVersion.describe(479)).isEqualTo("V5_3_3");
        assertThat(ProtocolVersion.describe(409)).isEqualTo("V4_9_8");
        assertThat(ProtocolVersion.describe(513)).isEqualTo("V5_5_0");
    }
}
