package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.SysFlag;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 4);
    private final List<Producer> producers = new ArrayList<>();

    @AfterEach
    void close() {
        producers.forEach(Producer::close);
        broker.close();
    }

    @Test
    void storesTheMessageAndTellsWhere() {
        Producer producer = start(config().build());
        Message message = message();

        SendResult result = producer.send(message);

        assertThat(result.getMessageId()).hasSize(32).isEqualTo(message.getMsgID());
        assertThat(result.getTopic()).isEqualTo("orders");
        assertThat(result.getTopicPartition().brokerName()).isEqualTo("b1");
        assertThat(result.getStatus()).isEqualTo(SendStatus.OK);
        assertThat(broker.stored("orders", result.getTopicPartition().queueId()))
                .hasSize(1);
    }

    @Test
    void usesTheQueuesInTurn() {
        Producer producer = start(config().build());

        IntStream.range(0, 8).forEach(i -> producer.send(message()));

        for (int queueId = 0; queueId < 4; queueId++) {
            assertThat(broker.stored("orders", queueId)).hasSize(2);
        }
    }

    @Test
    void knowsTheIdOfAnAsynchronousMessageBeforeItsAnswer() throws Exception {
        Producer producer = start(config().build());
        Message message = message();
        CompletableFuture<SendResult> called = new CompletableFuture<>();

        producer.sendAsync(message, new SendCallback() {
            @Override
            public void onSuccess(SendResult sendResult) {
                called.complete(sendResult);
            }

            @Override
            public void onException(OnExceptionContext context) {
                called.completeExceptionally(context.getException());
            }
        });

        String id = message.getMsgID();
        assertThat(called.get(30, TimeUnit.SECONDS).getMessageId()).isEqualTo(id);
    }

    @Test
    void callsBackOnTheGivenExecutor() throws Exception {
        Producer producer = start(config().build());
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "my-callbacks"));
        producer.setCallbackExecutor(executor);

        String thread = producer.sendAsync(message())
                .thenApply(result -> Thread.currentThread().getName())
                .get(30, TimeUnit.SECONDS);

        assertThat(thread).isIn("my-callbacks", Thread.currentThread().getName());
        executor.shutdown();
    }

    @Test
    void refusesToWaitInACallback() throws Exception {
        Producer producer =
                start(config().sendTimeout(Duration.ofSeconds(1)).retries(0).build());

        // The answer is kept until the callback is in place: one that is late runs on the sender's own thread.
        CompletableFuture<Boolean> called = new CompletableFuture<>();
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> {
            called.join();
            return request.fail(ResponseCode.MESSAGE_ILLEGAL, "no");
        });
        CompletableFuture<Throwable> answered = sendInCallback(producer);
        called.complete(true);
        assertThat(answered.get(30, TimeUnit.SECONDS)).hasMessageContaining("cannot wait for a send: group=pg");

        broker.on(RequestCode.SEND_MESSAGE_V2, request -> null);
        CompletableFuture<Throwable> expired = sendInCallback(producer);
        assertThat(expired.get(30, TimeUnit.SECONDS)).hasMessageContaining("cannot wait for a send: group=pg");

        broker.asUsual(RequestCode.SEND_MESSAGE_V2);
        assertThat(producer.send(message()).getStatus()).isEqualTo(SendStatus.OK);
    }

    /** What a send throws that is made when another one has ended. */
    private static CompletableFuture<Throwable> sendInCallback(Producer producer) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        producer.sendAsync(message(), new SendCallback() {
            @Override
            public void onSuccess(SendResult sendResult) {
                sendAgain();
            }

            @Override
            public void onException(OnExceptionContext context) {
                sendAgain();
            }

            private void sendAgain() {
                try {
                    thrown.completeExceptionally(new AssertionError("sent: " + producer.send(message())));
                } catch (MQClientException e) {
                    thrown.complete(e);
                }
            }
        });
        return thrown;
    }

    @Test
    void keepsARouteThatARestartedNameServerDoesNotKnowYet() {
        Producer producer =
                start(config().sendTimeout(Duration.ofSeconds(1)).retries(0).build());
        producer.send(message());
        broker.on(
                RequestCode.GET_ROUTEINFO_BY_TOPIC,
                request -> request.fail(ResponseCode.TOPIC_NOT_EXIST, "just started"));
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> null);
        int asked = broker.received(RequestCode.GET_ROUTEINFO_BY_TOPIC).size();

        // A send that fails has the route looked at again.
        assertThatThrownBy(() -> producer.send(message())).isInstanceOf(MQClientException.class);
        await().until(() -> broker.received(RequestCode.GET_ROUTEINFO_BY_TOPIC).size() > asked);
        broker.asUsual(RequestCode.SEND_MESSAGE_V2);

        // The answer about the route comes before that to the first of these, on the same connection.
        assertThat(List.of(producer.send(message()), producer.send(message())))
                .extracting(SendResult::getStatus)
                .containsOnly(SendStatus.OK);
    }

    @Test
    void looksForTheRouteAgainWhenAQueueIsGone() {
        Producer producer = start(config().build());
        producer.send(message());
        int asked = broker.received(RequestCode.GET_ROUTEINFO_BY_TOPIC).size();
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> {
            broker.asUsual(RequestCode.SEND_MESSAGE_V2);
            return request.fail(ResponseCode.INVALID_PARAMETER, "queue does not exist");
        });

        assertThat(producer.send(message()).getStatus()).isEqualTo(SendStatus.OK);
        assertThat(broker.received(RequestCode.GET_ROUTEINFO_BY_TOPIC)).hasSizeGreaterThan(asked);
    }

    @Test
    void tellsTheOutcomeEvenIfTheExecutorForCallbacksIsShutDown() {
        Producer producer = start(config().build());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        producer.setCallbackExecutor(executor);
        executor.shutdown();

        assertThat(producer.sendAsync(message())).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void sendsABatchToOneQueueInOrder() {
        Producer producer = start(config().build());
        List<Message> messages = IntStream.range(0, 5)
                .mapToObj(i -> new Message("orders", "t", "k" + i, new byte[] {(byte) i}))
                .toList();

        List<SendResult> results = producer.send(messages);

        assertThat(results).extracting(SendResult::getOffset).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(broker.stored("orders", results.get(0).getTopicPartition().queueId()))
                .extracting(stored -> stored.body()[0])
                .containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
        assertThat(broker.received(RequestCode.SEND_BATCH_MESSAGE)).hasSize(1);
    }

    @Test
    void refusesBatchesThatNoBrokerTakes() {
        Producer producer = start(config().maxMessageBytes(1000).build());
        Message timed = message();
        timed.setStartDeliverTime(System.currentTimeMillis() + 10_000);

        assertCode(13, () -> producer.send(List.of()), "empty");
        assertCode(
                13, () -> producer.send(List.of(message(), new Message("other", "", new byte[1]))), "several topics");
        assertCode(13, () -> producer.send(List.of(message(), timed)), "delayed");
        assertCode(13, () -> producer.send(List.of(new Message("orders", "", new byte[1001]))), "too large");
    }

    @Test
    void splitsABatchAtTheSizeLimitAndKeepsItsOrder() {
        Producer producer = start(config().maxMessageBytes(1000).build());
        List<Message> messages = IntStream.range(0, 10)
                .mapToObj(i -> {
                    byte[] body = new byte[300];
                    body[0] = (byte) i;
                    return new Message("orders", "", body);
                })
                .toList();

        List<SendResult> results = producer.send(messages);

        assertThat(results)
                .extracting(SendResult::getMessageId)
                .containsExactlyElementsOf(
                        messages.stream().map(Message::getMsgID).toList());
        assertThat(results)
                .extracting(SendResult::getTopicPartition)
                .containsOnly(results.get(0).getTopicPartition());
        assertThat(broker.stored("orders", results.get(0).getTopicPartition().queueId()))
                .extracting(stored -> stored.body()[0])
                .containsExactly(
                        (byte) 0, (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7, (byte) 8, (byte)
                                9);
        assertThat(broker.received(RequestCode.SEND_BATCH_MESSAGE)).hasSize(5);
    }

    @Test
    void tellsHowManyMessagesOfASplitBatchAreStoredWhenTheRestFails() {
        Producer producer = start(config().maxMessageBytes(1000).retries(0).build());
        List<Message> messages = IntStream.range(0, 4)
                .mapToObj(i -> new Message("orders", "", new byte[300]))
                .toList();
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> {
            broker.on(RequestCode.SEND_BATCH_MESSAGE, second -> second.fail(ResponseCode.MESSAGE_ILLEGAL, "no"));
            return broker.store(request);
        });

        assertCode(13, () -> producer.send(messages), "stored=2, messages=4");
    }

    @Test
    void sendsOnewayWithoutWaitingForAnAnswer() {
        Producer producer = start(config().build());

        producer.sendOneway(message());

        await().until(() -> broker.storedCount("orders") == 1);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).singleElement().matches(FakeBroker.Received::oneway);
    }

    @Test
    void compressesLargeBodies() {
        Producer producer = start(config().build());

        SendResult result = producer.send(new Message("orders", "", new byte[5000]));

        var stored =
                broker.stored("orders", result.getTopicPartition().queueId()).get(0);
        assertThat(stored.body().length).isLessThan(500);
        assertThat(stored.sysFlag()).isEqualTo(SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZLIB);
    }

    @Test
    void refusesToSendBeforeStartAndAfterShutdown() {
        Producer producer = MQFactory.createProducer(config().build());

        assertThatThrownBy(() -> producer.send(message())).hasMessageContaining("not started yet: group=pg");

        producer.start();
        producer.shutdown();
        assertThatThrownBy(() -> producer.send(message())).hasMessageContaining("not open any more: group=pg");
        assertThatThrownBy(producer::start).hasMessageContaining("cannot be started again: group=pg");
        assertThat(producer.isClosed()).isTrue();
    }

    @Test
    void refusesASecondProducerOfTheGroupUntilTheFirstIsShutDown() {
        Producer first = start(config().build());
        Producer second = MQFactory.createProducer(
                config().sendTimeout(Duration.ofSeconds(1)).build());

        assertThatThrownBy(second::start).hasMessageContaining("has a producer in this JVM already: group=pg");

        first.shutdown();
        second.start();
        assertThat(second.send(message()).getStatus()).isEqualTo(SendStatus.OK);
        second.shutdown();
    }

    @Test
    void letsASecondProducerOfTheGroupInUnderAnotherInstanceName() {
        start(config().build());
        ClientConfig other =
                ClientConfig.builder(broker.address()).instanceName("second").build();

        Producer second = start(ProducerConfig.builder(other, "pg").build());

        assertThat(second.send(message()).getStatus()).isEqualTo(SendStatus.OK);
    }

    @Test
    void letsEachApplicationOfTheJvmHaveAProducerOfTheGroup() {
        ClientConfig one = ClientConfig.builder(broker.address()).scope("one").build();
        ClientConfig other =
                ClientConfig.builder(broker.address()).scope("other").build();
        start(ProducerConfig.builder(one, "pg").build());

        Producer second = start(ProducerConfig.builder(other, "pg").build());
        Producer third =
                MQFactory.createProducer(ProducerConfig.builder(other, "pg").build());

        assertThat(second.send(message()).getStatus()).isEqualTo(SendStatus.OK);
        assertThatThrownBy(third::start).hasMessageContaining("has a producer in this application already: group=pg");
    }

    @Test
    void saysWhichNameServerCannotBeReachedAndHowLongItTried() {
        String dead = "127.0.0.1:" + LoopbackPorts.find();
        Producer producer = MQFactory.createProducer(
                ProducerConfig.builder(ClientConfig.of(dead), "pg").build());

        assertThatThrownBy(producer::start)
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no name server can be reached: nameServers=" + dead)
                .hasMessageContaining("tried=");
        assertThat(producer.isStarted()).isFalse();
    }

    @Test
    void asksTheNextNameServerWhenOneIsDead() {
        ClientConfig both = ClientConfig.of("127.0.0.1:" + LoopbackPorts.find() + ";" + broker.address());

        Producer producer = start(ProducerConfig.builder(both, "pg").build());

        assertThat(producer.send(message()).getStatus()).isEqualTo(SendStatus.OK);
    }

    @Test
    void tellsThatATopicIsMissing() {
        Producer producer = start(config().build());

        assertCode(
                17, () -> producer.send(new Message("absent", "", new byte[1])), "topic does not exist: topic=absent");
    }

    @Test
    void sendsToATopicThatBrokersCreateOnTheFirstSend() {
        broker.topic("TBW102", 8);
        Producer producer = start(config().build());

        SendResult result = producer.send(new Message("fresh", "", new byte[1]));

        assertThat(result.getTopicPartition().queueId()).isBetween(0, 3);
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2))
                .singleElement()
                .satisfies(send -> assertThat(send.fields().get("c")).isEqualTo("TBW102"));
    }

    @Test
    void refusesIllegalMessagesWithoutAskingTheBroker() {
        Producer producer = start(config().build());

        assertCode(13, () -> producer.send(new Message("orders", "", new byte[0])), "empty");
        assertCode(13, () -> producer.send(new Message("or ders", "", new byte[1])), "illegal character");
        assertThat(producer.sendAsync(new Message("orders", "", new byte[0]))).isCompletedExceptionally();
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).isEmpty();
    }

    @Test
    void triesAnotherQueueWhenTheBrokerIsBusy() {
        Producer producer = start(config().build());
        List<String> queues = new ArrayList<>();
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> {
            queues.add(request.fields().require("e"));
            broker.asUsual(RequestCode.SEND_MESSAGE_V2);
            return request.fail(ResponseCode.SYSTEM_BUSY, "[OVERLOAD]");
        });

        SendResult result = producer.send(message());

        assertThat(queues)
                .hasSize(1)
                .doesNotContain(Integer.toString(result.getTopicPartition().queueId()));
    }

    @Test
    void waitsForABusyBrokerForAsLongAsTheSendMayTake() {
        Producer producer =
                start(config().retries(0).sendTimeout(Duration.ofSeconds(10)).build());
        AtomicInteger refusals = new AtomicInteger();
        List<Long> times = new CopyOnWriteArrayList<>();
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> {
            times.add(System.nanoTime());
            if (refusals.incrementAndGet() == 4) {
                broker.asUsual(RequestCode.SEND_MESSAGE_V2);
            }
            return request.fail(ResponseCode.SYSTEM_BUSY, "[OVERLOAD]");
        });

        assertThat(producer.send(message()).getOffset()).isNotNegative();

        assertThat(times).hasSize(4);
        // 100, 200 and 400 ms lie between the first four.
        assertThat(Duration.ofNanos(times.get(3) - times.get(0))).isGreaterThanOrEqualTo(Duration.ofMillis(600));
    }

    @Test
    void saysThatTheBrokerIsBusyWhenTheTimeIsOver() {
        Producer producer = start(config().sendTimeout(Duration.ofMillis(1500)).build());
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.fail(ResponseCode.SYSTEM_BUSY, "[OVERLOAD]"));

        assertThatThrownBy(() -> producer.send(message()))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("remark=[OVERLOAD]; the broker is overloaded, send more slowly");

        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSizeGreaterThan(3);
    }

    @Test
    void givesUpWhenTheTriesAreUsedUp() {
        Producer producer = start(config().retries(2).build());
        broker.on(
                RequestCode.SEND_MESSAGE_V2, request -> request.fail(ResponseCode.SERVICE_NOT_AVAILABLE, "disk full"));

        assertCode(14, () -> producer.send(message()), "tries=3", "remark=disk full");
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2)).hasSize(3);
    }

    @Test
    void doesNotRepeatWhatIsRefusedForGood() {
        Producer producer = start(config().build());
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.fail(ResponseCode.MESSAGE_ILLEGAL, "no"));

        assertCode(13, () -> producer.send(message()), "tries=1");
    }

    @Test
    void sendsTheSameIdWithEveryTry() {
        Producer producer = start(config().build());
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> request.fail(ResponseCode.SYSTEM_ERROR, "no"));
        Message message = message();

        assertCode(1, () -> producer.send(message), "no");

        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2))
                .hasSize(3)
                .allSatisfy(send -> assertThat(send.fields().get("i")).contains(String.valueOf(message.getMsgID())));
    }

    @Test
    void getsAroundABrokerThatRefusesConnections() {
        broker.route("orders", 1, Map.of("a-dead", "127.0.0.1:" + LoopbackPorts.find(), "b1", broker.address()));
        Producer producer = start(config().build());

        for (int i = 0; i < 10; i++) {
            SendResult result = producer.send(message());
            assertThat(result.getTopicPartition().brokerName()).isEqualTo("b1");
        }
    }

    @Test
    void sharesTheTimeOutSoThatABrokerThatNeverAnswersDoesNotUseItUp() {
        try (FakeBroker silent = new FakeBroker("a-silent")) {
            silent.on(RequestCode.SEND_MESSAGE_V2, request -> null);
            broker.route("orders", 1, Map.of("a-silent", silent.address(), "b1", broker.address()));
            Producer producer = start(config().build());

            List<SendResult> results = List.of(producer.send(message()), producer.send(message()));

            assertThat(results)
                    .extracting(result -> result.getTopicPartition().brokerName())
                    .containsOnly("b1");
            assertThat(silent.received(RequestCode.SEND_MESSAGE_V2))
                    .as("after its failure the silent broker is avoided")
                    .hasSize(1);
        }
    }

    @Test
    void getsAroundABlackHole() throws IOException {
        // Its queue of waiting connections is full: further attempts to connect are neither accepted nor refused.
        try (ServerSocket hole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new java.net.Socket(hole.getInetAddress(), hole.getLocalPort());
                var second = new java.net.Socket(hole.getInetAddress(), hole.getLocalPort())) {
            assertThat(List.of(first, second)).allMatch(java.net.Socket::isConnected);
            broker.route("orders", 1, Map.of("a-hole", "127.0.0.1:" + hole.getLocalPort(), "b1", broker.address()));
            ClientConfig client = ClientConfig.builder(broker.address())
                    .requestTimeout(Duration.ofMillis(500))
                    .build();
            Producer producer = start(ProducerConfig.builder(client, "pg")
                    .sendTimeout(Duration.ofSeconds(10))
                    .build());

            SendResult result = producer.send(message());

            assertThat(result.getTopicPartition().brokerName()).isEqualTo("b1");
        }
    }

    @Test
    void waitsForItsOnlyBrokerToComeBack() {
        Producer producer = start(config().sendTimeout(Duration.ofSeconds(30)).build());
        producer.send(message());
        broker.stop();

        CompletableFuture<SendResult> sending = producer.sendAsync(message());
        assertThat(sending).isNotCompleted();
        broker.restart();

        assertThat(sending).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void failsInTimeWhenItsOnlyBrokerStaysAway() {
        Producer producer = start(config().sendTimeout(Duration.ofSeconds(1)).build());
        producer.send(message());
        broker.stop();
        long start = System.nanoTime();

        assertThatThrownBy(() -> producer.send(message()))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("topic=orders")
                .hasMessageContaining("broker=b1")
                .hasMessageContaining("check that the broker is running");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("it does not take the time that a send has by default")
                .isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void turnsSendersAwayWhenTooMuchIsInFlight() {
        Producer producer = start(config().maxInFlight(2)
                .whenFull(ProducerConfig.WhenFull.FAIL)
                .sendTimeout(Duration.ofSeconds(2))
                .build());
        broker.on(RequestCode.SEND_MESSAGE_V2, request -> null);
        broker.on(RequestCode.SEND_BATCH_MESSAGE, request -> null);
        CompletableFuture<SendResult> first = producer.sendAsync(message());
        CompletableFuture<SendResult> second = producer.sendAsync(message());

        assertCode(2, () -> producer.send(message()), "too much is in flight", "maxInFlight=2");
        assertThat(first).failsWithin(Duration.ofSeconds(30));
        assertThat(second).failsWithin(Duration.ofSeconds(30));
    }

    @Test
    void letsSendersWaitForRoomInFlight() {
        Producer producer = start(config().maxInFlightBytes(10).build());

        List<CompletableFuture<SendResult>> sends = IntStream.range(0, 200)
                .mapToObj(i -> producer.sendAsync(new Message("orders", "", new byte[8])))
                .toList();

        assertThat(sends).allSatisfy(send -> assertThat(send).succeedsWithin(Duration.ofSeconds(30)));
    }

    @Test
    void signsEveryRequestWithTheKeysItHas() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, broker.address());
        properties.put(PropertyKeyConst.ProducerId, "pg");
        properties.put(PropertyKeyConst.AccessKey, "AK");
        properties.put(PropertyKeyConst.SecretKey, "SK");
        Producer producer = MQFactory.createProducer(properties);
        producers.add(producer);
        producer.start();
        producer.send(message());
        properties.put(PropertyKeyConst.AccessKey, "AK2");

        producer.updateCredential(properties);
        producer.send(message());

        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2))
                .extracting(send -> send.fields().get("AccessKey"))
                .containsExactly("AK", "AK2");
        assertThat(broker.received(RequestCode.SEND_MESSAGE_V2).get(0).fields().get("Signature"))
                .hasSize(28);
    }

    private Producer start(ProducerConfig config) {
        Producer producer = MQFactory.createProducer(config);
        producers.add(producer);
        producer.start();
        return producer;
    }

    private ProducerConfig.Builder config() {
        return ProducerConfig.builder(broker.client(), "pg");
    }

    private static Message message() {
        return new Message("orders", "t", new byte[] {1, 2, 3});
    }

    private static void assertCode(
            int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... reasons) {
        var failure = assertThatThrownBy(call).isInstanceOf(MQClientException.class);
        for (String reason : reasons) {
            failure.hasMessageContaining(reason);
        }
        failure.asInstanceOf(InstanceOfAssertFactories.type(MQClientException.class))
                .extracting(MQClientException::getResponseCode)
                .isEqualTo(code);
    }
}
