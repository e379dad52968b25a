package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.RequestCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchConsumeTest {

    private final FakeBroker broker =
            new FakeBroker("b1").topic("orders", 2).topic("others", 1).topic("%RETRY%g", 1);
    private final Queue<List<String>> batches = new ConcurrentLinkedQueue<>();
    private final List<BatchConsumer> consumers = new ArrayList<>();

    @AfterEach
    void close() {
        consumers.forEach(BatchConsumer::close);
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 32, 100})
    void handsOverAsManyAsThereAreUpToTheLimit(int most) {
        storeBeforeStart(0, 200);

        start(config().consumeBatchSize(most).build(), this::accept);

        await().until(() -> count() == 200);
        assertThat(batches).allMatch(batch -> batch.size() <= most);
        assertThat(batches).anyMatch(batch -> batch.size() == most);
        assertThat(batches.stream().flatMap(List::stream)).doesNotHaveDuplicates();
    }

    @Test
    void doesNotWaitForABatchToFillUp() {
        start(config().build(), this::accept);

        store("orders", 0, "alone");

        await().until(() -> count() == 1);
    }

    @Test
    void commitsWhatIsAcknowledgedAndSendsTheRestBack() {
        storeBeforeStart(0, 10);
        AtomicInteger calls = new AtomicInteger();
        BatchConsumer consumer = start(config().consumeBatchSize(10).build(), (messages, context) -> {
            assertThat(context.getGroupId()).isEqualTo("g");
            if (calls.getAndIncrement() == 0) {
                context.setAcknowledgeIndex(3);
                context.retryAfter(Duration.ofMillis(1500));
            }
            return accept(messages, context);
        });

        await().until(() -> broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).size() == 6);
        consumer.shutdown();

        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK))
                .extracting(back -> back.fields().get("originMsgId"))
                .containsExactlyInAnyOrder("ID-m4", "ID-m5", "ID-m6", "ID-m7", "ID-m8", "ID-m9");
        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK)).allSatisfy(back -> {
            assertThat(back.fields().get("delayMillis")).isEqualTo("1500");
            assertThat(back.fields().get("delayLevel")).isEqualTo("1");
        });
        assertThat(broker.committed("g", "orders", 0)).isEqualTo(10);
    }

    @Test
    void sendsAllBackWhenTheListenerFailsOrAsksForIt() {
        storeBeforeStart(0, 4);
        AtomicInteger calls = new AtomicInteger();

        start(config().consumeBatchSize(2).consumeThreads(1).build(), (messages, context) -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("the listener fails on purpose");
            }
            return Action.ReconsumeLater;
        });

        await().until(() -> broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).size() == 4);
        assertThat(broker.received(RequestCode.CONSUMER_SEND_MSG_BACK)).allSatisfy(back -> {
            assertThat(back.fields().get("delayLevel")).isEqualTo("0");
            assertThat(back.fields().get("delayMillis")).isNull();
            assertThat(back.fields().get("maxReconsumeTimes")).isEqualTo("16");
        });
    }

    @Test
    void keepsTopicsApartAlsoAmongTheirRetries() {
        broker.store("%RETRY%g", 0, 0, "o1".getBytes(StandardCharsets.UTF_8), "RETRY_TOPIC\u0001orders\u0002");
        broker.store("%RETRY%g", 0, 0, "x1".getBytes(StandardCharsets.UTF_8), "RETRY_TOPIC\u0001others\u0002");
        broker.store("%RETRY%g", 0, 0, "o2".getBytes(StandardCharsets.UTF_8), "RETRY_TOPIC\u0001orders\u0002");
        Queue<String> others = new ConcurrentLinkedQueue<>();
        BatchConsumer consumer = MQFactory.createBatchConsumer(config().build());
        consumers.add(consumer);
        consumer.subscribe("orders", "*", this::accept);
        consumer.subscribe("others", "*", (messages, context) -> {
            messages.forEach(message -> others.add(body(message)));
            return Action.CommitMessage;
        });

        consumer.start();

        await().until(() -> count() == 2 && others.size() == 1);
        assertThat(others).containsExactly("x1");
        assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrder("o1", "o2");
    }

    @Test
    void givesUpEachMessageOfABatchWhoseListenerDoesNotComeToAnEnd() {
        CountDownLatch release = new CountDownLatch(1);
        storeBeforeStart(0, 3);

        start(config().consumeTimeout(Duration.ofMillis(200)).build(), (messages, context) -> {
            awaitUninterruptibly(release);
            return accept(messages, context);
        });

        await().until(() -> broker.received(RequestCode.CONSUMER_SEND_MSG_BACK).size() == 3);
        release.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1025"})
    void refusesBatchSizesOutOfRange(String size) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, broker.address());
        properties.put(PropertyKeyConst.GROUP_ID, "g");
        properties.put(PropertyKeyConst.ConsumeMessageBatchMaxSize, size);

        assertThatThrownBy(() -> MQFactory.createBatchConsumer(properties))
                .hasMessageContaining("consumeMessageBatchMaxSize=" + size + "; it must be between 1 and 1024");
    }

    private BatchConsumer start(ConsumerConfig config, BatchMessageListener listener) {
        BatchConsumer consumer = MQFactory.createBatchConsumer(config);
        consumers.add(consumer);
        consumer.subscribe("orders", "*", listener);
        consumer.start();
        return consumer;
    }

    private ConsumerConfig.Builder config() {
        return ConsumerConfig.builder(broker.client(), "g").pullBatchSize(200);
    }

    private void storeBeforeStart(int queueId, int count) {
        broker.commit("g", "orders", queueId, 0);
        IntStream.range(0, count).forEach(i -> store("orders", queueId, "m" + i));
    }

    private void store(String topic, int queueId, String body) {
        broker.store(topic, queueId, 0, body.getBytes(StandardCharsets.UTF_8), "UNIQ_KEY\u0001ID-" + body + "\u0002");
    }

    private Action accept(List<Message> messages, ConsumeContext context) {
        batches.add(messages.stream().map(BatchConsumeTest::body).toList());
        return Action.CommitMessage;
    }

    private int count() {
        return batches.stream().mapToInt(List::size).sum();
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
