package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.broker.transport.TlsConfig.Mode;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Client and broker together, over sockets, as applications use them. */
class EmbeddedBrokerIT {

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String topic = "topic-" + NAMES.incrementAndGet();
    private final String group = "group-" + NAMES.get();
    private final List<Admin> opened = new ArrayList<>();
    private final Queue<Message> received = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        opened.forEach(Admin::close);
    }

    @Test
    void bringsEveryKindOfSendToTheConsumer() throws Exception {
        Producer producer = producer();
        producer.send(message("sync"));
        consumer("*", this::accept);

        producer.sendAsync(message("async")).get();
        producer.sendOneway(message("oneway"));
        producer.send(List.of(message("batch-1"), message("batch-2")));

        await().until(() -> bodies().equals(Set.of("sync", "async", "oneway", "batch-1", "batch-2")));
        assertThat(received).hasSize(5);
    }

    @Test
    void keepsEveryPropertyIntact() {
        Message sent = new Message(topic, "create", "4711 4712", new byte[] {0, 1, -1});
        sent.putUserProperties("grüße", "väl ue");
        sent.setShardingKey("customer");
        SendResult result = producer().send(sent);

        consumer("create", this::accept);

        await().until(() -> received.size() == 1);
        Message got = received.element();
        assertThat(got.getMsgID()).isEqualTo(result.getMessageId());
        assertThat(got.getTopic()).isEqualTo(topic);
        assertThat(got.getTag()).isEqualTo("create");
        assertThat(got.getKey()).isEqualTo("4711 4712");
        assertThat(got.getShardingKey()).isEqualTo("customer");
        assertThat(got.getBody()).containsExactly(0, 1, -1);
        assertThat(got.getUserProperties()).containsOnly(Map.entry("grüße", "väl ue"));
        assertThat(got.getBornTimestamp()).isEqualTo(sent.getBornTimestamp());
        assertThat(got.getTopicPartition()).isEqualTo(result.getTopicPartition());
        assertThat(got.getOffset()).isEqualTo(result.getOffset());
        assertThat(got.getReconsumeTimes()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void bringsCompressedBodiesAcross(Compression compression) {
        byte[] body = "again and again, ".repeat(2000).getBytes(StandardCharsets.UTF_8);
        Producer producer = producer(
                ProducerConfig.builder(client(), group).compression(compression).build());
        producer.send(new Message(topic, "", body));

        consumer("*", this::accept);

        await().until(() -> received.size() == 1);
        assertThat(received.element().getBody()).isEqualTo(body);
    }

    @Test
    void bringsLargeMessagesAcross() {
        byte[] body = new byte[3 * 1024 * 1024];
        new Random(1).nextBytes(body);
        producer().send(new Message(topic, "", body));

        consumer("*", this::accept);

        await().until(() -> received.size() == 1);
        assertThat(received.element().getBody()).isEqualTo(body);
    }

    @Test
    void sharesTheQueuesBetweenTwoInstancesAndHandsThemOverWhenOneLeaves() {
        Producer producer = producer();
        producer.send(message("first"));
        Queue<Message> others = new ConcurrentLinkedQueue<>();
        consumer("*", this::accept);
        Consumer second = MQFactory.createConsumer(
                ConsumerConfig.builder(instance("second"), group).build());
        opened.add(second);
        second.subscribe(topic, "*", (message, context) -> {
            others.add(message);
            return Action.CommitMessage;
        });
        second.start();

        await().until(() -> {
            producer.send(message("shared"));
            return !others.isEmpty() && !received.isEmpty();
        });
        second.shutdown();
        long start = System.nanoTime();
        received.clear();
        IntStream.range(0, 8).forEach(i -> producer.send(message("alone-" + i)));

        await().until(() ->
                bodies().stream().filter(body -> body.startsWith("alone")).count() == 8);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("the broker tells the one that stays; it does not wait for its next round")
                .isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void losesNothingWhileMembersComeAndGo() {
        Producer producer = producer();
        Set<String> sent = ConcurrentHashMap.newKeySet();
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        MessageListener listener = (message, context) -> {
            seen.merge(body(message), 1, Integer::sum);
            return Action.CommitMessage;
        };
        producer.send(message("warm-up"));
        consumer("*", listener);
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; !stop.get(); i++) {
                producer.send(message("m" + i));
                sent.add("m" + i);
            }
        });

        for (int i = 0; i < 5; i++) {
            Consumer guest = MQFactory.createConsumer(
                    ConsumerConfig.builder(instance("guest-" + i), group).build());
            guest.subscribe(topic, "*", listener);
            guest.start();
            guest.shutdown();
        }
        stop.set(true);
        sending.join();

        await().atMost(Duration.ofSeconds(30)).until(() -> seen.keySet().containsAll(sent));
    }

    @Test
    void broadcastsToEveryInstance() {
        Producer producer = producer();
        producer.send(message("before"));
        Queue<Message> others = new ConcurrentLinkedQueue<>();
        broadcaster("one", this::accept);
        broadcaster("two", (message, context) -> {
            others.add(message);
            return Action.CommitMessage;
        });

        IntStream.range(0, 10).forEach(i -> producer.send(message("m" + i)));

        await().until(() -> received.size() >= 10 && others.size() >= 10);
    }

    private void broadcaster(String instance, MessageListener listener) {
        Consumer consumer = MQFactory.createConsumer(ConsumerConfig.builder(instance(instance), group)
                .messageModel(MessageModel.BROADCASTING)
                .offsetDirectory(directory)
                .build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", listener);
        consumer.start();
    }

    @Test
    void deliversAFailedMessageAgain() {
        producer().send(message("twice"));

        consumer("*", (message, context) -> {
            received.add(message);
            return message.getReconsumeTimes() == 0 ? Action.ReconsumeLater : Action.CommitMessage;
        });

        await().atMost(Duration.ofSeconds(30)).until(() -> received.size() == 2);
        assertThat(received)
                .extracting(Message::getReconsumeTimes, Message::getTopic)
                .containsExactly(tuple(0, topic), tuple(1, topic));
        assertThat(received.stream().map(Message::getMsgID).distinct()).hasSize(1);
    }

    @Test
    void makesADeadLetterOfAMessageThatFailsForGood() {
        producer().send(message("bad"));
        Consumer consumer = MQFactory.createConsumer(
                ConsumerConfig.builder(client(), group).maxReconsumeTimes(0).build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", (message, context) -> Action.ReconsumeLater);
        consumer.start();

        Consumer undertaker = MQFactory.createConsumer(ConsumerConfig.builder(client(), group + "-dead")
                .startFrom(StartPosition.earliest())
                .build());
        opened.add(undertaker);
        undertaker.subscribe("%DLQ%" + group, "*", this::accept);
        undertaker.start();

        await().atMost(Duration.ofSeconds(20)).until(() -> bodies().equals(Set.of("bad")));
    }

    @Test
    void goesOnWhereTheGroupLeftOff() {
        Producer producer = producer();
        producer.send(message("a"));
        Consumer first = consumer("*", this::accept);
        await().until(() -> bodies().equals(Set.of("a")));
        first.shutdown();
        received.clear();

        producer.send(message("b"));
        consumer("*", this::accept);

        await().until(() -> bodies().contains("b"));
        assertThat(bodies()).containsExactly("b");
    }

    @Test
    void losesNothingWhenTheBrokerRestarts() throws IOException {
        int port = LoopbackPorts.find();
        Broker broker = start(port);
        ClientConfig client = ClientConfig.of(broker.address());
        Producer producer = producer(ProducerConfig.builder(client, group)
                .sendTimeout(Duration.ofSeconds(20))
                .build());
        producer.send(message("warm-up"));
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(client, group).build());
        opened.add(consumer);
        consumer.subscribe(topic, "*", this::accept);
        consumer.start();
        AtomicBoolean stop = new AtomicBoolean();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; !stop.get(); i++) {
                producer.send(message("m" + i));
                acknowledged.add("m" + i);
            }
        });
        await().until(() -> acknowledged.size() > 100 && received.size() > 50);

        broker.close();
        Broker again = start(port);
        int before = acknowledged.size();
        await().until(() -> acknowledged.size() > before + 100);
        stop.set(true);
        sending.join();

        await().atMost(Duration.ofSeconds(30)).until(() -> bodies().containsAll(acknowledged));
        opened.forEach(Admin::close);
        again.close();
    }

    private Broker start(int port) throws IOException {
        return Broker.start(BrokerConfig.builder()
                .dataDirectory(directory)
                .port(port)
                .flush(FlushMode.SYNC)
                .build());
    }

    @Test
    void administersTopicsAndGroups() {
        try (AdminClient admin = AdminClient.create(client())) {
            admin.createTopic(TopicSpec.of(topic, 6));
            admin.createTopic(new TopicSpec(topic, 8, 7, true, false, false));
            admin.createGroup(new GroupSpec(group, true, false, false, 3, 1));

            assertThat(admin.topics()).contains(topic);
            assertThat(admin.topic(topic)).contains(new TopicSpec(topic, 8, 7, true, false, false));
            assertThat(admin.route(topic))
                    .get()
                    .extracting(TopicRoute::queues)
                    .isEqualTo(List.of(new TopicRoute.BrokerQueues("ternmq", 8, 7, true, false)));
            assertThat(admin.groups()).contains(group);
            assertThat(admin.group(group)).contains(new GroupSpec(group, true, false, false, 3, 1));
            assertThat(admin.brokers()).hasSize(1);

            admin.deleteTopic(topic);
            admin.deleteGroup(group);
            assertThat(admin.topic(topic)).isEmpty();
            assertThat(admin.route(topic)).isEmpty();
            assertThat(admin.group(group)).isEmpty();
            admin.deleteTopic(topic);
        }
    }

    @Test
    void speaksTls() throws IOException, GeneralSecurityException {
        var tls = new io.ternmq.broker.transport.TlsConfig(Mode.ENFORCING, null, null, null, directory);
        try (Broker broker = Broker.start(BrokerConfig.builder().tls(tls).build())) {
            ClientConfig client = ClientConfig.builder(broker.address())
                    .tls(new TlsConfig(trusting(), false))
                    .build();
            Producer producer = producer(ProducerConfig.builder(client, group).build());

            assertThat(producer.send(message("secret")).getStatus()).isEqualTo(SendStatus.OK);
            producer.shutdown();
        }
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAnybody()}, null);
        return context;
    }

    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private ClientConfig client() {
        return ClientConfig.of(BROKER.address());
    }

    private ClientConfig instance(String name) {
        return ClientConfig.builder(BROKER.address()).instanceName(name).build();
    }

    private Producer producer() {
        return producer(ProducerConfig.builder(client(), group).build());
    }

    private Producer producer(ProducerConfig config) {
        Producer producer = MQFactory.createProducer(config);
        opened.add(0, producer);
        producer.start();
        return producer;
    }

    private Consumer consumer(String expression, MessageListener listener) {
        Consumer consumer =
                MQFactory.createConsumer(ConsumerConfig.builder(client(), group).build());
        opened.add(consumer);
        consumer.subscribe(topic, expression, listener);
        consumer.start();
        return consumer;
    }

    private Message message(String body) {
        return new Message(topic, "t", body.getBytes(StandardCharsets.UTF_8));
    }

    private Action accept(Message message, ConsumeContext context) {
        received.add(message);
        return Action.CommitMessage;
    }

    private Set<String> bodies() {
        return received.stream().map(EmbeddedBrokerIT::body).collect(Collectors.toSet());
    }

    private static String body(Message message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }
}
