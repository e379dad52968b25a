package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ProducerConfig.Gathering;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sends that queue up behind a busy broker share requests, and nobody can tell but by the speed. */
class GatheringTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 4).topic("line", 1);
    private final List<Producer> producers = new ArrayList<>();
    private final List<Integer> batchSizes = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        broker.resumeSends();
        producers.forEach(Producer::close);
        broker.close();
    }

    @Test
    void sendsTheFirstAtOnceAndGathersTheOthersWhileTheBrokerIsBusy() {
        Producer producer = start(config().build());
        producer.send(numbered("orders", 0));
        broker.pauseSends();

        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "orders", 100);

        await().until(() -> broker.received(RequestCode.SEND_MESSAGE_V2).size() == 2);
        broker.resumeSends();
        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(3);
        assertThat(batchSizes).containsExactly(98);
    }

    @Test
    void givesEverySendItsOwnResult() {
        Producer producer = start(config().build());
        broker.pauseSends();
        List<Message> messages = IntStream.range(0, 50)
                .mapToObj(i -> new Message("orders", "t" + i, "k" + i, new byte[] {(byte) i}))
                .toList();

        List<CompletableFuture<SendResult>> sends =
                messages.stream().map(producer::sendAsync).toList();
        broker.resumeSends();

        for (int i = 0; i < messages.size(); i++) {
            SendResult result = sends.get(i).join();
            assertThat(result.getMessageId()).isEqualTo(messages.get(i).getMsgID());
            assertThat(result.getOffsetMessageId()).hasSize(32);
            StoredMessage stored = broker.stored(
                            "orders", result.getTopicPartition().queueId())
                    .get((int) result.getOffset());
            assertThat(stored.body()).containsExactly(i);
            assertThat(MessageProperties.decode(stored.properties()))
                    .containsEntry("UNIQ_KEY", result.getMessageId())
                    .containsEntry("WAIT", "true")
                    .containsEntry("TAGS", "t" + i)
                    .containsEntry("KEYS", "k" + i);
        }
        assertThat(batchSizes).isNotEmpty();
    }

    @Test
    void keepsTheOrderOfSendsWithinAQueue() {
        Producer producer = start(config().gathering(new Gathering(7, 1000)).build());

        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "line", 1000);

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(sends).extracting(send -> send.join().getOffset()).isSorted();
        assertThat(storedNumbers()).isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void keepsTheOrderAlsoAroundMessagesThatMustTravelAlone() {
        Producer producer = start(config().build());
        broker.pauseSends();
        List<CompletableFuture<SendResult>> sends = IntStream.range(0, 40)
                .mapToObj(i -> {
                    Message message = numbered("line", i);
                    if (i % 10 == 5) {
                        message.setStartDeliverTime(1);
                    }
                    return producer.sendAsync(message);
                })
                .toList();

        broker.resumeSends();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(storedNumbers()).isEqualTo(IntStream.range(0, 40).boxed().toList());
        assertThat(broker.received(RequestCode.SEND_BATCH_MESSAGE))
                .isNotEmpty()
                .noneMatch(batch -> batch.body().contains("TIMER_DELIVER_MS"));
    }

    @Test
    void letsACompressedBodyTravelAlone() {
        Producer producer = start(config().build());
        broker.pauseSends();
        List<CompletableFuture<SendResult>> sends = IntStream.range(0, 20)
                .mapToObj(i -> producer.sendAsync(new Message("line", "", new byte[i % 2 == 0 ? 8 : 5000])))
                .toList();

        broker.resumeSends();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(broker.stored("line", 0)).allMatch(stored -> (stored.sysFlag() != 0) == (stored.body().length != 8));
    }

    @Test
    void keepsARequestWithinItsLimits() {
        Producer producer = start(config().gathering(new Gathering(10, 1000)).build());
        broker.pauseSends();

        List<CompletableFuture<SendResult>> few = sendAsync(producer, "orders", 42);
        List<CompletableFuture<SendResult>> large = IntStream.range(0, 6)
                .mapToObj(i -> producer.sendAsync(new Message("orders", "", new byte[i == 3 ? 2000 : 300])))
                .toList();
        broker.resumeSends();

        assertThat(few).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(large).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(batchSizes).isNotEmpty().allMatch(size -> size <= 10);
        assertThat(broker.received(RequestCode.SEND_BATCH_MESSAGE))
                .allMatch(batch -> batch.body().length() <= 1000);
    }

    @Test
    void sendsEveryMessageByItselfWhereGatheringIsOff() {
        Producer producer = start(config().gathering(Gathering.off()).build());
        broker.pauseSends();

        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "orders", 50);
        broker.resumeSends();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(50);
        assertThat(batchSizes).isEmpty();
    }

    @Test
    void gathersTheSendsOfThreadsThatWait() {
        Producer producer = start(config().build());
        producer.send(numbered("orders", 0));
        broker.pauseSends();
        List<Thread> threads = IntStream.range(0, 32)
                .mapToObj(i -> new Thread(() -> producer.send(numbered("orders", i))))
                .toList();
        threads.forEach(Thread::start);
        await().until(() -> threads.stream().allMatch(GatheringTest::waitsForItsResult));

        broker.resumeSends();

        await().until(() -> broker.storedCount("orders") == 33);
        // Two requests go out at once, with whoever is there; all others share the third.
        assertThat(batchSizes).hasSizeBetween(1, 3);
        assertThat(batchSizes.stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(30);
    }

    /** A thread may wait for other things too, before it has handed its message over. */
    private static boolean waitsForItsResult(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(CompletableFuture.class.getName()));
    }

    @Test
    void repeatsABatchWithTheSameIdsAtAnotherQueue() {
        Producer producer = start(config().build());
        broker.pauseSends();
        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "orders", 30);
        List<String> queues = new CopyOnWriteArrayList<>();
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> {
            count(request.fields().require("b"), request.body().nioBuffer());
            queues.add(request.fields().require("e"));
            return queues.size() == 1
                    ? request.fail(ResponseCode.SERVICE_NOT_AVAILABLE, "not now")
                    : broker.store(request);
        });

        broker.resumeSends();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(queues).hasSize(2).doesNotHaveDuplicates();
        List<FakeBroker.Received> batches = broker.received(RequestCode.SEND_BATCH_MESSAGE);
        assertThat(batches.get(1).body()).isEqualTo(batches.get(0).body());
    }

    @Test
    void doesNotLetOneIllegalMessageEndTheOthersOfItsBatch() {
        Producer producer = start(config().build());
        broker.pauseSends();
        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "line", 30);
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> request.fail(ResponseCode.MESSAGE_ILLEGAL, "one is"));
        broker.on(
                RequestCode.SEND_MESSAGE_V2,
                request -> request.body().getByte(request.body().readerIndex() + 1) == 13
                        ? request.fail(ResponseCode.MESSAGE_ILLEGAL, "this one")
                        : broker.store(request));

        broker.resumeSends();

        for (int i = 0; i < sends.size(); i++) {
            if (i == 13) {
                assertThat(sends.get(i))
                        .failsWithin(Duration.ofSeconds(30))
                        .withThrowableThat()
                        .withMessageContaining("this one");
            } else {
                assertThat(sends.get(i)).succeedsWithin(Duration.ofSeconds(30));
            }
        }
        assertThat(storedNumbers())
                .isEqualTo(IntStream.range(0, 30).filter(i -> i != 13).boxed().toList());
    }

    @Test
    void failsInTimeWhatWaitsBehindABrokerThatDoesNotAnswer() {
        Producer producer =
                start(config().sendTimeout(Duration.ofSeconds(1)).retries(0).build());
        producer.send(numbered("orders", 0));
        broker.pauseSends();

        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "orders", 20);

        assertThat(sends).allSatisfy(send -> assertThat(send).failsWithin(Duration.ofSeconds(30)));
        assertThat(sends.get(19))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("in time: topic=orders");
    }

    @Test
    void sendsWhatHasWaitedForTheRouteOfItsTopicInOrder() {
        broker.topic("TBW102", 1);
        Producer producer = start(config().build());

        List<CompletableFuture<SendResult>> sends = sendAsync(producer, "fresh", 100);

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
        assertThat(broker.stored("fresh", 0))
                .extracting(GatheringTest::number)
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void goesOnAtTheOtherBrokerWhileOneDoesNotAnswer() {
        try (FakeBroker silent = new FakeBroker("a-silent")) {
            silent.on(RequestCode.SEND_MESSAGE_V2, request -> null);
            silent.on(RequestCode.SEND_BATCH_MESSAGE, request -> null);
            broker.route("both", 1, java.util.Map.of("a-silent", silent.address(), "b1", broker.address()));
            Producer producer = start(config().build());
            producer.sendAsync(numbered("both", 0));
            await().until(() -> broker.codes().contains(RequestCode.GET_ROUTEINFO_BY_TOPIC));

            List<CompletableFuture<SendResult>> sends = sendAsync(producer, "both", 200);

            assertThat(sends)
                    .allSatisfy(send -> assertThat(send)
                            .succeedsWithin(Duration.ofSeconds(30))
                            .extracting(result -> result.getTopicPartition().brokerName())
                            .isEqualTo("b1"));
        }
    }

    private Producer start(ProducerConfig config) {
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> {
            count(request.fields().require("b"), request.body().nioBuffer());
            return broker.store(request);
        });
        Producer producer = MQFactory.createProducer(config);
        producers.add(producer);
        producer.start();
        return producer;
    }

    private void count(String topic, ByteBuffer body) throws CommandException {
        try {
            batchSizes.add(BatchBody.decode(body).size());
        } catch (MalformedMessageException e) {
            throw new CommandException(ResponseCode.MESSAGE_ILLEGAL, topic + ": " + e);
        }
    }

    private ProducerConfig.Builder config() {
        return ProducerConfig.builder(broker.client(), "pg");
    }

    private static List<CompletableFuture<SendResult>> sendAsync(Producer producer, String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> producer.sendAsync(numbered(topic, i)))
                .toList();
    }

    private static Message numbered(String topic, int number) {
        return new Message(
                topic, "", ByteBuffer.allocate(2).putShort((short) number).array());
    }

    private List<Integer> storedNumbers() {
        return broker.stored("line", 0).stream().map(GatheringTest::number).toList();
    }

    private static int number(StoredMessage stored) {
        return ByteBuffer.wrap(stored.body()).getShort();
    }
}
