package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.Assignment;
import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.Message;
import io.ternmq.client.Revocation;
import io.ternmq.client.TopicPartition;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Listeners that know which queues they have. */
class ListenerAssignmentsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.name-server=" + BROKER.address(),
                    // As with the embedded broker: one in the same process may have to wait for a processor.
                    "ternmq.request-timeout=15s",
                    "ternmq.consumer.consume-from=earliest");

    /** Counts by queue in memory; what it has of a queue lies in the database while it has not got the queue. */
    static class Counter implements AssignmentListener {

        private final Map<TopicPartition, Integer> database;
        final Map<TopicPartition, Integer> counts = new ConcurrentHashMap<>();

        Counter(Map<TopicPartition, Integer> database) {
            this.database = database;
        }

        @MessageListener(topics = "counted", group = "counters", ordered = "true")
        void count(Message message) {
            if (counts.computeIfPresent(message.getTopicPartition(), (queue, count) -> count + 1) == null) {
                throw new IllegalStateException("counts what it has not got");
            }
        }

        @Override
        public void onAssigned(Assignment assignment) {
            assignment.queues().forEach(queue -> counts.put(queue, database.getOrDefault(queue, 0)));
        }

        @Override
        public void onRevoked(Revocation revocation) {
            revocation.queues().forEach(queue -> database.put(queue, counts.remove(queue)));
        }
    }

    @Test
    void fillsWhatItKeepsInMemoryForTheQueuesItHas() {
        Map<TopicPartition, Integer> database = new ConcurrentHashMap<>();
        runner.withBean(Counter.class, database)
                .withPropertyValues("ternmq.instance-name=first")
                .run(first -> {
                    Counter one = first.getBean(Counter.class);
                    send(first, 20);
                    await().atMost(PATIENCE).until(() -> sum(one.counts) == 20);

                    runner.withBean(Counter.class, database)
                            .withPropertyValues("ternmq.instance-name=second")
                            .run(second -> {
                                Counter other = second.getBean(Counter.class);
                                await().atMost(PATIENCE).untilAsserted(() -> {
                                    assertThat(other.counts).isNotEmpty();
                                    assertThat(sum(one.counts) + sum(other.counts))
                                            .isEqualTo(20);
                                });
                                send(first, 20);
                                await().atMost(PATIENCE).until(() -> sum(one.counts) + sum(other.counts) == 40);
                            });

                    await().atMost(PATIENCE).until(() -> sum(one.counts) == 40);
                });
        assertThat(sum(database)).isEqualTo(40);
    }

    private static void send(AssertableApplicationContext context, int count) {
        for (int i = 0; i < count; i++) {
            context.getBean(MessageTemplate.class).convertAndSend("counted", "one");
        }
    }

    private static int sum(Map<TopicPartition, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void beginsWhereItWantsEachTimeItIsStarted() {
        runner.run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            Queue<String> got = new ConcurrentLinkedQueue<>();
            template.convertAndSend("replayed", "old");
            Instant now = Instant.now().plusMillis(1);
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(now));
            template.convertAndSend("replayed", "young");
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            registry.register(ListenerEndpoint.builder("replay")
                    .group("replayers")
                    .topic("replayed")
                    .listener((message, consumeContext) -> {
                        got.add(new String(message.getBody()));
                        return Action.CommitMessage;
                    })
                    .assignmentListener(new AssignmentListener() {
                        @Override
                        public void onAssigned(Assignment assignment) {
                            assignment.queues().forEach(queue -> assignment.seekToTime(queue, now));
                        }
                    })
                    .build());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactly("young"));

            registry.stop("replay");
            registry.start("replay");

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactly("young", "young"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Watched {

        final Set<String> told = ConcurrentHashMap.newKeySet();
        final AtomicInteger revoked = new AtomicInteger();

        @Bean(defaultCandidate = false)
        ListenerContainerFactory watched(ListenerContainerFactory factory) {
            return factory.with(consumer -> consumer.assignmentListener(new AssignmentListener() {
                @Override
                public void onAssigned(Assignment assignment) {
                    told.add(assignment.group());
                }

                @Override
                public void onRevoked(Revocation revocation) {
                    revoked.addAndGet(revocation.queues().size());
                }
            }));
        }
    }

    static class ByFactory {

        @MessageListener(id = "quiet", topics = "watched", group = "quiet", containerFactory = "watched")
        void take(String text) {}
    }

    @Test
    void tellsWhomeverTheFactoryOfTheContainerNames() {
        runner.withUserConfiguration(Watched.class).withBean(ByFactory.class).run(context -> {
            Watched watched = context.getBean(Watched.class);
            context.getBean(MessageTemplate.class).convertAndSend("watched", "makes the topic");
            await().atMost(PATIENCE).until(() -> watched.told.contains("quiet"));

            context.getBean(ListenerRegistry.class).stop("quiet");

            assertThat(watched.revoked.get()).isPositive();
        });
    }

    static class Both implements AssignmentListener {

        final Set<String> told = ConcurrentHashMap.newKeySet();
        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "both", group = "popping", consumeMode = "pop")
        void popped(String text) {
            got.add("popped " + text);
        }

        @MessageListener(topics = "both", group = "pulling")
        void pulled(String text) {
            got.add("pulled " + text);
        }

        @Override
        public void onAssigned(Assignment assignment) {
            told.add(assignment.group());
        }
    }

    @Test
    void tellsOfTheMethodsOfABeanThatHaveQueues() {
        runner.withBean(Both.class).run(context -> {
            assertThat(context).hasNotFailed();
            context.getBean(MessageTemplate.class).convertAndSend("both", "one");

            Both both = context.getBean(Both.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(both.got).containsExactlyInAnyOrder("popped one", "pulled one"));
            assertThat(both.told).containsExactly("pulling");
        });
    }

    @MessageListener(topics = "popped", group = "popping", consumeMode = "pop")
    static class Popping implements AssignmentListener {

        @TagHandler
        void take(String text) {}
    }

    @Test
    void refusesListenerThatHasNoQueues() {
        runner.withBean(Popping.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("Popping")
                        .hasMessageContaining("no queues"));
        runner.run(context -> {
            ListenerEndpoint popped = ListenerEndpoint.builder("popped")
                    .group("popping")
                    .topic("popped")
                    .consumeMode(ConsumeMode.POP)
                    .listener((message, consumeContext) -> Action.CommitMessage)
                    .assignmentListener(new AssignmentListener() {})
                    .build();
            assertThatThrownBy(() -> context.getBean(ListenerRegistry.class).register(popped))
                    .isInstanceOf(IllegalListenerException.class)
                    .hasMessageContaining("no queues");
        });
    }
}
