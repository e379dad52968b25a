package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tracing is a guest: whatever becomes of it, sends do not notice. */
class TraceLimitsTest {

    private static final String TRACE_TOPIC = "RMQ_SYS_TRACE_TOPIC";

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 1);
    private final Producer producer = MQFactory.createProducer(
            ProducerConfig.builder(broker.client(), "pg").build());

    @AfterEach
    void close() {
        producer.close();
        broker.close();
    }

    @Test
    void sendsManyRecordsInFewMessages() {
        broker.topic(TRACE_TOPIC, 1);
        answerAskingForTraces();
        producer.start();

        List<CompletableFuture<SendResult>> sends = sendMany(1000);

        await().until(() -> records() == 1000);
        assertThat(sends).allMatch(CompletableFuture::isDone);
        assertThat(broker.stored(TRACE_TOPIC, 0).size()).isLessThan(20);
        assertThat(broker.stored(TRACE_TOPIC, 0))
                .allMatch(stored -> stored.properties().length() < 32_767)
                .allMatch(stored -> stored.body().length < 130_000);
    }

    @Test
    void dropsWhatIsTooMuch() {
        broker.topic(TRACE_TOPIC, 1);
        answerAskingForTraces();
        producer.start();

        sendMany(12_000).forEach(CompletableFuture::join);

        await().until(() -> records() > 0);
        assertThat(records()).isLessThan(12_000);
    }

    @Test
    void sendsGoOnWhereThereIsNoTraceTopic() {
        answerAskingForTraces();
        producer.start();

        sendMany(100).forEach(CompletableFuture::join);
        await().until(() -> broker.received(RequestCode.GET_ROUTEINFO_BY_TOPIC).stream()
                .anyMatch(request -> TRACE_TOPIC.equals(request.fields().get("topic"))));

        assertThat(producer.sendAsync(new Message("orders", "", new byte[1]))).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void sendsGoOnWhereTheTraceTopicTakesNothing() {
        broker.topic(TRACE_TOPIC, 1);
        broker.on(
                RequestCode.SEND_MESSAGE_V2,
                request -> TRACE_TOPIC.equals(request.fields().get("b"))
                        ? request.fail(ResponseCode.SYSTEM_BUSY, "no")
                        : asking(broker.store(request)));
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> asking(broker.store(request)));
        producer.start();

        sendMany(100).forEach(CompletableFuture::join);
        await().until(() -> broker.received(RequestCode.SEND_MESSAGE_V2).stream()
                .anyMatch(request -> TRACE_TOPIC.equals(request.fields().get("b"))));

        assertThat(producer.sendAsync(new Message("orders", "", new byte[1]))).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void isSilentWhereBrokersDoNotAskForTraces() {
        broker.topic(TRACE_TOPIC, 1);
        producer.start();

        sendMany(10).forEach(CompletableFuture::join);
        producer.shutdown();

        assertThat(broker.stored(TRACE_TOPIC, 0)).isEmpty();
    }

    @Test
    void tellsWhatIsWaitingBeforeItEnds() {
        broker.topic(TRACE_TOPIC, 1);
        answerAskingForTraces();
        producer.start();

        producer.send(new Message("orders", "", new byte[1]));
        producer.shutdown();

        assertThat(records()).isEqualTo(1);
    }

    private void answerAskingForTraces() {
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> asking(broker.store(request)));
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> asking(broker.store(request)));
    }

    private static Command asking(Command answer) throws CommandException {
        Fields.Builder fields = Fields.builder();
        for (int i = 0; i < answer.fields().size(); i++) {
            String name = answer.fields().name(i);
            fields.put(name, name.equals("TRACE_ON") ? "true" : answer.fields().value(i));
        }
        return answer.withFields(fields.build());
    }

    private List<CompletableFuture<SendResult>> sendMany(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> producer.sendAsync(new Message("orders", "t", "key-" + i, new byte[1])))
                .toList();
    }

    private long records() {
        return broker.stored(TRACE_TOPIC, 0).stream()
                .flatMapToInt(stored -> new String(stored.body(), java.nio.charset.StandardCharsets.UTF_8).chars())
                .filter(c -> c == 2)
                .count();
    }
}
