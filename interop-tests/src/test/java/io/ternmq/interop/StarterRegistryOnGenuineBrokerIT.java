package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.Assignment;
import io.ternmq.client.AssignmentListener;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.Revocation;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.ClientInfo;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Listeners that come, rest and go at run time, and what the genuine broker makes of it. */
@ExtendWith(InteropLab.Resolver.class)
class StarterRegistryOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofMillis(300);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private final AdminClient admin;

    StarterRegistryOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("registry");
        this.admin = Applications.admin(lab, broker);
    }

    @BeforeEach
    void createTopics() {
        Applications.createTopics(lab, broker, 2, t, "_one", "_two");
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Desk.class)
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    static class Desk implements AssignmentListener {

        final Queue<String> got = new ConcurrentLinkedQueue<>();
        final Set<TopicPartition> has = ConcurrentHashMap.newKeySet();

        @MessageListener(topics = "${t}_one", group = "${t}_desk", id = "desk", messageModel = "${model:clustering}")
        void take(String text) {
            got.add(text);
        }

        @Override
        public void onAssigned(Assignment assignment) {
            has.addAll(assignment.queues());
        }

        @Override
        public void onRevoked(Revocation revocation) {
            has.removeAll(revocation.queues());
        }
    }

    private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("t=" + t);
        return Applications.start(lab, broker, configuration, all.toArray(String[]::new));
    }

    @Test
    void pausedOneStaysInItsGroupAndStoppedOneLeavesIt() {
        try (ConfigurableApplicationContext application = start(Application.class)) {
            MessageTemplate template = application.getBean(MessageTemplate.class);
            ListenerRegistry registry = application.getBean(ListenerRegistry.class);
            Queue<String> got = application.getBean(Desk.class).got;
            template.convertAndSend(t + "_one", "1");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactly("1"));

            registry.pause("desk");
            template.convertAndSend(t + "_one", "2");
            await().during(A_WHILE).atMost(PATIENCE).until(() -> got.size() == 1);
            assertThat(members()).hasSize(1);
            registry.resume("desk");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactly("1", "2"));

            registry.stop("desk");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(members()).isEmpty());
            template.convertAndSend(t + "_one", "3");
            registry.start("desk");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactly("1", "2", "3"));
        }
    }

    private List<ClientInfo> members() {
        Optional<GroupMembers> members = admin.members(t + "_desk");
        return members.map(GroupMembers::clients).orElse(List.of());
    }

    @Test
    void registersAndRemovesOnes() {
        try (ConfigurableApplicationContext application = start(Empty.class)) {
            MessageTemplate template = application.getBean(MessageTemplate.class);
            ListenerRegistry registry = application.getBean(ListenerRegistry.class);
            Queue<String> got = new ConcurrentLinkedQueue<>();
            registry.register(ListenerEndpoint.builder("late")
                    .group(t + "_desk")
                    .topic(t + "_one", MessageSelector.byTag("a || b"))
                    .topic(t + "_two")
                    .listener((message, context) -> {
                        got.add(new String(message.getBody(), StandardCharsets.UTF_8));
                        return Action.CommitMessage;
                    })
                    .build());
            template.convertAndSend(t + "_one:a", "1");
            template.convertAndSend(t + "_one:c", "not wanted");
            template.convertAndSend(t + "_two:c", "2");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(got).containsExactlyInAnyOrder("1", "2"));

            registry.remove("late");

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(members()).isEmpty());
            assertThat(registry.containers()).isEmpty();
        }
    }

    @Test
    void broadcastsToEveryApplication(@TempDir Path offsets) {
        try (ConfigurableApplicationContext first = start(
                        Application.class,
                        "model=broadcasting",
                        "ternmq.consumer.offset-directory=" + offsets.resolve("first"));
                ConfigurableApplicationContext second = start(
                        Application.class,
                        "model=broadcasting",
                        "ternmq.consumer.offset-directory=" + offsets.resolve("second"))) {
            MessageTemplate template = first.getBean(MessageTemplate.class);
            for (int i = 0; i < 4; i++) {
                template.convertAndSend(t + "_one", "to all " + i);
            }

            for (ConfigurableApplicationContext application : List.of(first, second)) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(application.getBean(Desk.class).got)
                                .containsExactlyInAnyOrder("to all 0", "to all 1", "to all 2", "to all 3"));
            }
        }
    }

    @Test
    void membersOfAGroupShareTheQueuesAndAreToldSo() {
        try (ConfigurableApplicationContext first = start(Application.class);
                ConfigurableApplicationContext second = start(Application.class)) {
            await("a queue for each").atMost(PATIENCE).untilAsserted(() -> {
                for (ConfigurableApplicationContext application : List.of(first, second)) {
                    assertThat(application
                                    .getBean(ListenerRegistry.class)
                                    .container("desk")
                                    .flatMap(container -> container.state())
                                    .orElseThrow()
                                    .queues())
                            .filteredOn(queue -> queue.queue().topic().equals(t + "_one"))
                            .hasSize(1);
                    assertThat(application.getBean(Desk.class).has).hasSize(1);
                }
            });
            for (int i = 0; i < 8; i++) {
                first.getBean(MessageTemplate.class).convertAndSend(t + "_one", "m" + i);
            }

            Queue<String> one = first.getBean(Desk.class).got;
            Queue<String> other = second.getBean(Desk.class).got;
            await().atMost(PATIENCE).until(() -> one.size() + other.size() == 8);
            assertThat(one).isNotEmpty().doesNotContainAnyElementsOf(other);
            assertThat(other).isNotEmpty();
        }
    }
}
