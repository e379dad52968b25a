package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.MQClientException;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.PullConsumers;
import io.ternmq.spring.core.ReceivingTemplate;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.test.EmbeddedBroker;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;

/** Messages that an application asks for itself. */
class ReceivingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.name-server=" + BROKER.address(),
                    // As with the embedded broker: one in the same process may have to wait for a processor.
                    "ternmq.request-timeout=15s",
                    "ternmq.consumer.consume-from=earliest");

    record Order(String id, int amount) {}

    private static MessageTemplate sending(AssertableApplicationContext context, String topic, int queues) {
        context.getBean(AdminClient.class).createTopic(TopicSpec.of(topic, queues));
        return context.getBean(MessageTemplate.class);
    }

    @Test
    void receivesTheNextMessageForAGroup() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "next", 1);
            ReceivingTemplate receives = context.getBean(ReceivingTemplate.class);
            sends.convertAndSend("next:vip", new Order("1", 10), Map.of(TernMQHeaders.KEYS, "k1"));
            sends.convertAndSend("next:usual", new Order("2", 20));
            sends.convertAndSend("next:late", "as it is", Map.of("colour", "red"));

            assertThat(receives.receiveAndConvert("desk", "next:vip||late", Order.class, PATIENCE))
                    .contains(new Order("1", 10));
            Message<byte[]> last =
                    receives.receive("desk", "next:vip||late", PATIENCE).orElseThrow();
            assertThat(last.getPayload()).asString(UTF_8).isEqualTo("as it is");
            assertThat(last.getHeaders())
                    .containsEntry("colour", "red")
                    .containsEntry(TernMQHeaders.TAGS, "late")
                    .containsEntry(TernMQHeaders.GROUP, "desk");
            assertThat(receives.receive("desk", "next:vip||late", Duration.ofMillis(10)))
                    .isEmpty();

            assertThat(context.getBean(AdminClient.class).progress("desk").lag())
                    .isZero();
            assertThatThrownBy(() -> receives.receive("desk", "next", Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("group=desk, destination=next:vip||late, wanted=next");
        });
    }

    @Test
    void receivesPayloadsOfGenericTypes() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "generic", 1);
            ReceivingTemplate receives = context.getBean(ReceivingTemplate.class);
            ParameterizedTypeReference<Map<String, List<Order>>> orders = new ParameterizedTypeReference<>() {};
            Map<String, List<Order>> first = Map.of("north", List.of(new Order("1", 10), new Order("2", 20)));
            sends.convertAndSend("generic", first);
            sends.convertAndSend("generic", Map.of());
            sends.convertAndSend("generic", "no map");

            assertThat(receives.receiveAndConvert("generic", "generic", orders, PATIENCE))
                    .contains(first);
            Queue<Map<String, List<Order>>> got = new ConcurrentLinkedQueue<>();
            assertThat(receives.receive("generic", "generic", orders, PATIENCE, got::add))
                    .isTrue();
            assertThat(got).containsExactly(Map.of());
            assertThatThrownBy(() -> receives.receiveAndConvert("generic", "generic", orders, PATIENCE))
                    .isInstanceOf(MessageConversionException.class)
                    .hasMessageContaining("JSON");
        });
    }

    @Test
    void isDoneWhenTheHandlerReturnsAndComesAgainWhenItThrows() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "handled", 1);
            ReceivingTemplate receives = context.getBean(ReceivingTemplate.class);
            AdminClient admin = context.getBean(AdminClient.class);
            sends.convertAndSend("handled", "no order");
            sends.convertAndSend("handled", new Order("2", 20));

            assertThatThrownBy(() -> receives.receiveAndConvert("h", "handled", Order.class, PATIENCE))
                    .isInstanceOf(MessageConversionException.class);
            assertThatThrownBy(() -> receives.receive("h", "handled", String.class, PATIENCE, text -> {
                        throw new IllegalStateException("cannot work on " + text);
                    }))
                    .hasMessage("cannot work on no order");
            assertThat(admin.progress("h").lag()).isEqualTo(2);

            Queue<String> got = new ConcurrentLinkedQueue<>();
            assertThat(receives.receive("h", "handled", String.class, PATIENCE, got::add))
                    .isTrue();
            assertThat(got).containsExactly("no order");
            assertThat(admin.progress("h").lag()).isEqualTo(1);
            assertThat(receives.receiveAndConvert("h", "handled", Order.class, PATIENCE))
                    .contains(new Order("2", 20));
            assertThat(receives.receive("h", "handled", String.class, Duration.ZERO, got::add))
                    .isFalse();
        });
    }

    @Test
    void goesOnBehindAMessageThatCannotBeReadAtAllWhenItIsReset() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "broken", 1);
            ReceivingTemplate receives = context.getBean(ReceivingTemplate.class);
            sendUnreadable("broken");

            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> receives.receive("b", "broken", PATIENCE))
                        .isInstanceOf(MQClientException.class)
                        .hasMessageContaining("a message cannot be read")
                        .hasMessageContaining("offset=0");
            }
            AdminClient admin = context.getBean(AdminClient.class);
            TopicPartition queue = admin.progress("b", "broken").queues().get(0).queue();
            admin.resetToOffset("b", queue, 1);
            sends.convertAndSend("broken", "next");

            await().atMost(PATIENCE)
                    .ignoreExceptionsMatching(e -> e.getMessage().contains("a message cannot be read"))
                    .untilAsserted(() -> assertThat(
                                    receives.receiveAndConvert("b", "broken", String.class, Duration.ofSeconds(1)))
                            .contains("next"));
            assertThat(admin.progress("b").lag()).isZero();
        });
    }

    /** As a client with a defect could: a body that is said to be compressed, and is not. */
    private static void sendUnreadable(String topic) throws IOException {
        byte[] header =
                ("{'code':10,'language':'JAVA','version':0,'opaque':1,'flag':0,'extFields':{'producerGroup':'p','topic':'"
                                + topic
                                + "','defaultTopic':'TBW102','defaultTopicQueueNums':'1','queueId':'0','sysFlag':'1',"
                                + "'bornTimestamp':'1','flag':'0','properties':'','reconsumeTimes':'0','batch':'false'}}")
                        .replace('\'', '"')
                        .getBytes(UTF_8);
        byte[] body = "not compressed".getBytes(UTF_8);
        String[] address = BROKER.address().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(4 + header.length + body.length);
            out.writeInt(header.length);
            out.write(header);
            out.write(body);
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = in.readNBytes(in.readInt());
            assertThat(new String(answer, UTF_8)).contains("msgId");
        }
    }

    @Test
    void givesEachMessageToOneOfSeveralThreads() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "threads", 4);
            ReceivingTemplate receives = context.getBean(ReceivingTemplate.class);
            IntStream.range(0, 40).forEach(i -> sends.convertAndSend("threads", "m" + i));
            Queue<String> got = new ConcurrentLinkedQueue<>();

            CompletableFuture<?>[] threads = IntStream.range(0, 4)
                    .mapToObj(thread -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 10; i++) {
                                    got.add(receives.receiveAndConvert("t", "threads", String.class, PATIENCE)
                                            .orElseThrow());
                                }
                            },
                            work -> new Thread(work).start()))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(threads).join();

            assertThat(got).hasSize(40).doesNotHaveDuplicates();
            assertThat(context.getBean(AdminClient.class).progress("t").lag()).isZero();
        });
    }

    @Test
    void worksOffATopicAndLetsTheGroupGo() {
        runner.run(context -> {
            MessageTemplate sends = sending(context, "drained", 4);
            IntStream.range(0, 100).forEach(i -> sends.convertAndSend("drained", "m" + i));
            PullConsumers consumers = context.getBean(PullConsumers.class);
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            ListenerEndpoint listener = ListenerEndpoint.builder("later")
                    .group("job")
                    .topic("drained")
                    .listener((message, consumeContext) -> Action.CommitMessage)
                    .build();
            List<String> got = new ArrayList<>();

            try (PullConsumer consumer = consumers.open("job", settings -> settings.maxPollMessages(30))) {
                consumer.subscribe("drained", "*");
                assertThatThrownBy(() -> registry.register(listener))
                        .isInstanceOf(DuplicateListenerException.class)
                        .hasMessageContaining("group=job")
                        .hasMessageContaining("a pull consumer of");
                assertThatThrownBy(() -> consumers.open("job")).isInstanceOf(DuplicateListenerException.class);
                await().atMost(PATIENCE).until(() -> {
                    consumer.poll(Duration.ofMillis(100)).forEach(message -> got.add(new String(message.getBody())));
                    consumer.commitSync();
                    return got.size() >= 100;
                });
            }

            assertThat(got).hasSize(100).doesNotHaveDuplicates();
            assertThat(context.getBean(AdminClient.class).progress("job").lag()).isZero();
            registry.register(listener);
            assertThatThrownBy(() -> consumers.open("job")).isInstanceOf(DuplicateListenerException.class);
        });
    }

    @Test
    void readsFromATimeOnWhereverAnyGroupIs() {
        runner.withPropertyValues("spring.application.name=shop").run(context -> {
            MessageTemplate sends = sending(context, "read", 2);
            PullConsumers consumers = context.getBean(PullConsumers.class);
            sends.convertAndSend("read", "old");
            Instant now = Instant.now().plusMillis(1);
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(now));
            sends.convertAndSend("read", "young");

            assertThat(read(consumers, StartPosition.at(now), "young")).containsExactly("young");
            assertThat(read(consumers, StartPosition.at(now), "young")).containsExactly("young");
            assertThat(read(consumers, StartPosition.earliest(), "young")).contains("old");
            try (PullConsumer first = consumers.openReader("read", StartPosition.latest());
                    PullConsumer second = consumers.openReader("read", StartPosition.latest())) {
                sends.convertAndSend("read", "youngest");
                assertThat(poll(first)).containsExactly("youngest");
                assertThat(poll(second)).containsExactly("youngest");
            }
            assertThatThrownBy(() -> consumers.openReader("nowhere", StartPosition.earliest()))
                    .isInstanceOf(MQClientException.class)
                    .hasMessageContaining("topic=nowhere");
        });
    }

    private static List<String> read(PullConsumers consumers, StartPosition from, String last) {
        try (PullConsumer reader = consumers.openReader("read", from)) {
            List<String> got = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                got.addAll(poll(reader));
                return got.contains(last) && (!(from instanceof StartPosition.Earliest) || got.contains("old"));
            });
            return got;
        }
    }

    private static List<String> poll(PullConsumer consumer) {
        return consumer.poll(PATIENCE).stream()
                .map(message -> new String(message.getBody(), UTF_8))
                .toList();
    }

    static class Branches {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "#{@ternMQAdminClient.topics().?[#this matches 'branch-.*']}", group = "branches")
        void take(String text) {
            got.add(text);
        }
    }

    @Test
    void listensToTheTopicsThatMatchWhenItStarts() {
        runner.run(context -> {
            sending(context, "branch-east", 1);
            sending(context, "branch-west", 1);
            sending(context, "root", 1);
        });
        runner.withBean(Branches.class).run(context -> {
            MessageTemplate sends = context.getBean(MessageTemplate.class);
            assertThat(context.getBean(ListenerRegistry.class).containers())
                    .singleElement()
                    .satisfies(container ->
                            assertThat(container.topics()).containsExactlyInAnyOrder("branch-east", "branch-west"));

            sends.convertAndSend("branch-east", "1");
            sends.convertAndSend("branch-west", "2");

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Branches.class).got).containsExactlyInAnyOrder("1", "2"));
        });
    }

    @Test
    void closesWhatIsOpenWithTheContext() {
        AtomicReference<PullConsumer> open = new AtomicReference<>();
        AtomicReference<ReceivingTemplate> template = new AtomicReference<>();
        AtomicReference<PullConsumers> consumers = new AtomicReference<>();
        CompletableFuture<Object> waiting = new CompletableFuture<>();
        runner.run(context -> {
            sending(context, "closing", 1);
            consumers.set(context.getBean(PullConsumers.class));
            open.set(consumers.get().open("left"));
            open.get().subscribe("closing", "*");
            template.set(context.getBean(ReceivingTemplate.class));
            assertThat(template.get().receive("waits", "closing", Duration.ZERO))
                    .isEmpty();
            Thread polling = new Thread(() -> waiting.complete(open.get().poll(PATIENCE)));
            polling.start();
            await().atMost(PATIENCE).until(() -> polling.getState() == Thread.State.TIMED_WAITING);
        });

        assertThat(open.get().isClosed()).isTrue();
        assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(List.of());
        assertThatThrownBy(() -> consumers.get().open("late")).hasMessageContaining("shutting down");
        assertThatThrownBy(() -> template.get().receive("waits", "closing", Duration.ZERO))
                .isInstanceOf(MQClientException.class);
    }

    @Test
    void receivesFromTheClusterThatIsNamed() {
        runner.withPropertyValues(
                        "ternmq.clusters.eu.name-server=" + BROKER.address(),
                        "ternmq.clusters.eu.instance-name=eu",
                        "ternmq.clusters.eu.request-timeout=15s",
                        "ternmq.clusters.eu.consumer.consume-from=earliest")
                .run(context -> {
                    sending(context, "abroad", 1).convertAndSend("abroad", "hello");
                    assertThat(context.getBean("ternMQReceivingTemplate.eu", ReceivingTemplate.class)
                                    .receiveAndConvert("e", "abroad", String.class, PATIENCE))
                            .contains("hello");
                    assertThat(context.getBean(ReceivingTemplate.class))
                            .isNotSameAs(context.getBean("ternMQReceivingTemplate.eu"));
                });
    }
}
