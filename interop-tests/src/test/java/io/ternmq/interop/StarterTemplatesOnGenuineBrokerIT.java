package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.SendResult;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Outcome;
import io.ternmq.interop.client.Outgoing;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.client.TestTransactionProducer;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.TernMQHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;

/** What the template can do on a genuine broker, and what it and listeners have to say to genuine clients. */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterTemplatesOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A genuine broker delivers up to so much early. */
    private static final long PRECISION_MILLIS = 1000;

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private ConfigurableApplicationContext application;
    private MessageTemplate template;

    StarterTemplatesOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("templates");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Desk.class, Answers.class, Events.class, Sends.class})
    static class Application {}

    record Question(int number) {}

    record Answer(int number) {}

    sealed interface Event {}

    record Created(String id) implements Event {}

    record Got(String topic, String text, int queue, long offset, long bornAt, long storedAt) {}

    static class Desk {

        final Queue<Got> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = {"${t}_ways", "${t}_batch", "${t}_key", "${t}_later", "${t}_taken"},
                group = "${t}_desk")
        void take(
                String text,
                @Header(TernMQHeaders.TOPIC) String topic,
                @Header(TernMQHeaders.QUEUE_ID) int queue,
                @Header(TernMQHeaders.OFFSET) long offset,
                @Header(TernMQHeaders.BORN_TIMESTAMP) long bornAt,
                @Header(TernMQHeaders.STORE_TIMESTAMP) long storedAt) {
            got.add(new Got(topic, text, queue, offset, bornAt, storedAt));
        }
    }

    static class Answers {

        @MessageListener(topics = "${t}_questions", group = "${t}_answers")
        Answer answer(Question question) {
            return new Answer(question.number() * 2);
        }
    }

    static class Events {

        final Queue<Event> events = new ConcurrentLinkedQueue<>();
        final Queue<Map<String, Object>> fromGenuine = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}_events", group = "${t}_events")
        void event(Event event) {
            events.add(event);
        }

        @MessageListener(topics = "${t}_genuine_in", group = "${t}_genuine_in")
        void genuine(Created created, @Headers Map<String, Object> headers) {
            assertThat(created).isEqualTo(new Created("A1"));
            fromGenuine.add(headers);
        }
    }

    static class Sends implements SendInterceptor {

        final Queue<String> topics = new ConcurrentLinkedQueue<>();

        @Override
        public Completion before(Message message) {
            return (result, failure) -> topics.add(message.getTopic());
        }
    }

    @BeforeAll
    void start() {
        Applications.createTopics(
                lab,
                broker,
                4,
                t,
                "_ways",
                "_batch",
                "_key",
                "_later",
                "_taken",
                "_questions",
                "_events",
                "_genuine_in",
                "_genuine_out");
        application = Applications.start(
                lab,
                broker,
                Application.class,
                "t=" + t,
                "ternmq.conversion.type-ids.created=" + Created.class.getName());
        template = application.getBean(MessageTemplate.class);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private List<Got> got(String topic) {
        return application.getBean(Desk.class).got.stream()
                .filter(message -> message.topic().equals(t + topic))
                .toList();
    }

    private void awaitTexts(String topic, String... texts) {
        await("messages of " + topic)
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(got(topic)).extracting(Got::text).containsExactlyInAnyOrder(texts));
    }

    @Test
    void sendsInEveryWayAndTellsInterceptors() {
        SendResult stored = template.convertAndSend(t + "_ways", "waiting");
        SendResult future = template.sendAsync(t + "_ways", "future").join();
        template.sendOneway(t + "_ways", "one-way");
        template.operations(t + "_ways").convertAndSend("spring");

        awaitTexts("_ways", "waiting", "future", "one-way", "spring");
        assertThat(List.of(stored, future))
                .extracting(SendResult::getMessageId)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(application.getBean(Sends.class).topics)
                .filteredOn(topic -> topic.equals(t + "_ways"))
                .hasSize(4);
    }

    @Test
    void sendsBatchesToOneQueueInOrder() {
        List<SendResult> results = template.sendAll(t + "_batch", List.of("a", "b", "c"));

        awaitTexts("_batch", "a", "b", "c");
        assertThat(results)
                .extracting(SendResult::getMessageId)
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(got("_batch"))
                .extracting(Got::queue)
                .containsOnly(results.get(0).getTopicPartition().queueId());
        assertThat(got("_batch").stream().sorted((a, b) -> Long.compare(a.offset(), b.offset())))
                .extracting(Got::text)
                .containsExactly("a", "b", "c");
    }

    @Test
    void keepsTheMessagesOfAKeyTogether() {
        for (String text : List.of("1", "2", "3", "4", "5")) {
            template.destination(t + "_key").shardingKey("customer-7").send(text);
        }

        awaitTexts("_key", "1", "2", "3", "4", "5");
        assertThat(got("_key"))
                .extracting(Got::queue)
                .containsOnly(got("_key").get(0).queue());
    }

    @Test
    void receivesTypedReplies() {
        assertThat(template.sendAndReceive(t + "_questions", new Question(21), Answer.class, PATIENCE))
                .isEqualTo(new Answer(42));
        assertThat(template.sendAndReceiveAsync(t + "_questions", new Question(4), Answer.class, PATIENCE)
                        .join())
                .isEqualTo(new Answer(8));
    }

    @Test
    void delaysByTimeAndByLevel() {
        template.destination(t + "_later").delay(Duration.ofMillis(2500)).send("delayed");
        template.destination(t + "_later")
                .deliverAt(Instant.now().plusMillis(2500))
                .send("timed");
        // Levels are the client's: templates know times.
        Message level = new Message(t + "_later", "", "level".getBytes(StandardCharsets.UTF_8));
        level.setDelayLevel(1);
        application.getBean(Producer.class).send(level);

        awaitTexts("_later", "delayed", "timed", "level");
        assertThat(got("_later"))
                .allSatisfy(message -> assertThat(message.storedAt() - message.bornAt())
                        .as("%s", message)
                        .isGreaterThanOrEqualTo(message.text().equals("level") ? 900 : 2500 - PRECISION_MILLIS));
    }

    /** It answers for every handle whose time has not come, whatever has become of the message. */
    @Test
    void takesBackWhatWaitsAndLeavesWhatItCannotMove() {
        SendResult cancelled =
                template.destination(t + "_taken").delay(Duration.ofSeconds(3)).send("cancelled");
        SendResult kept =
                template.destination(t + "_taken").delay(Duration.ofSeconds(4)).send("kept");

        assertThat(template.cancel(cancelled)).isEqualTo(RecallOutcome.CANCELLED);
        assertThat(template.cancel(cancelled)).isEqualTo(RecallOutcome.CANCELLED);
        assertThatThrownBy(() -> template.reschedule(kept, Instant.now().plusSeconds(60)))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("cannot deliver a waiting message at another time");

        awaitTexts("_taken", "kept");
        assertThat(template.cancel(kept)).isEqualTo(RecallOutcome.ALREADY_DELIVERED);
    }

    @Test
    void payloadsSayOfWhichTypeTheyAre() {
        template.convertAndSend(t + "_events", new Created("A1"));

        Events bean = application.getBean(Events.class);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bean.events).containsExactly(new Created("A1")));
    }

    @ParameterizedTest
    @EnumSource
    void genuineConsumerGetsWhatTheTemplateSends(GenuineVersion version) {
        String destination = t + "_genuine_out:" + version.name();
        template.destination(destination)
                .key("A1")
                .header("region", "EU")
                .header("attempt", 2)
                .send(new Created("A1"));
        template.destination(destination).shardingKey("customer-7").send("in order");
        template.destination(destination).delay(Duration.ofMillis(2500)).send("delayed");
        template.sendAll(destination, List.of("batch 1", "batch 2"));

        try (TestConsumer consumer = genuine(version)
                .consumer(ConsumerSettings.of(
                                broker.nameServer(), t + "_genuine_out_" + version.name(), t + "_genuine_out")
                        .filtering(version.name()))) {
            List<Delivered> all = MessagingContract.awaitTexts(
                    consumer, "{\"id\":\"A1\"}", "in order", "delayed", "batch 1", "batch 2");
            assertThat(all).extracting(Delivered::tag).containsOnly(version.name());
            Delivered message = one(all, "{\"id\":\"A1\"}");
            assertThat(message.key()).isEqualTo("A1");
            assertThat(message.properties())
                    .containsEntry("region", "EU")
                    .containsEntry("attempt", "2")
                    .containsEntry("payloadType", "created");
            assertThat(one(all, "in order").properties()).containsEntry("__SHARDINGKEY", "customer-7");
            Delivered delayed = one(all, "delayed");
            assertThat(delayed.storeTimestamp() - delayed.bornTimestamp())
                    .isGreaterThanOrEqualTo(2500 - PRECISION_MILLIS);
        }
    }

    private static Delivered one(List<Delivered> messages, String text) {
        return messages.stream()
                .filter(message -> message.text().equals(text))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void listenerGetsWhatAGenuineProducerSends(GenuineVersion version) {
        String group = t + "_genuine_producers_" + version.name();
        ProducerSettings settings = ProducerSettings.of(broker.nameServer(), group);
        Outgoing created = Outgoing.text(t + "_genuine_in", "{\"id\":\"A1\"}").tagged(version.name());
        try (TestProducer producer = genuine(version).producer(settings)) {
            producer.send(created.keyed("A1 B2").with(Map.of("region", "EU")));
            producer.sendBatch(List.of(created.keyed("batch"), created.keyed("batch")));
        }
        try (TestTransactionProducer producer = genuine(version)
                .transactionProducer(ProducerSettings.of(broker.nameServer(), group + "_tx"), Outcome.COMMIT)) {
            producer.send(created.keyed("rolled back"), Outcome.ROLLBACK);
            producer.send(created.keyed("committed"), Outcome.COMMIT);
        }

        Events bean = application.getBean(Events.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bean.fromGenuine)
                        .filteredOn(headers -> version.name().equals(headers.get(TernMQHeaders.TAGS)))
                        .extracting(headers -> headers.get(TernMQHeaders.KEYS))
                        .contains("A1 B2", "batch", "committed")
                        .doesNotContain("rolled back"));
        assertThat(bean.fromGenuine)
                .anySatisfy(headers -> assertThat(headers)
                        .containsEntry(TernMQHeaders.TAGS, version.name())
                        .containsEntry(TernMQHeaders.KEYS, "A1 B2")
                        .containsEntry("region", "EU"));
    }

    @ParameterizedTest
    @EnumSource
    void genuineClientsAskAndAreAsked(GenuineVersion version) throws Exception {
        String theirs = t + "_genuine_answers_" + version.name();
        String requesters = t + "_genuine_asking_" + version.name();
        try (GenuineProducer asking =
                        genuine(version).genuineProducer(ProducerSettings.of(broker.nameServer(), requesters));
                AdminClient admin = Applications.admin(lab, broker)) {
            // Nobody can reply to a producer whose first heartbeat has not come; it sends none before it knows a topic.
            asking.send(Outgoing.text(t + "_questions", "{\"number\":1}"));
            await().atMost(PATIENCE).until(() -> !admin.producers(requesters).isEmpty());
            assertThat(asking.request(Outgoing.text(t + "_questions", "{\"number\":21}"), PATIENCE))
                    .isEqualTo("{\"number\":42}");
        }
        Applications.createTopics(lab, broker, 1, theirs, "");
        try (AutoCloseable replier =
                genuine(version).replier(ConsumerSettings.of(broker.nameServer(), theirs, theirs))) {
            assertThat(replier).isNotNull();
            assertThat(template.sendAndReceive(theirs, "ready?", String.class, PATIENCE))
                    .isEqualTo("re: ready?");
        }
    }

    private GenuineClient genuine(GenuineVersion version) {
        return lab.genuineClient(version, HeaderEncoding.JSON);
    }
}
