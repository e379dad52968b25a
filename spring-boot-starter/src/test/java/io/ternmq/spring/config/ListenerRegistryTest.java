package io.ternmq.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderAction;
import io.ternmq.spring.FakeConsumer;
import io.ternmq.spring.FakeConsumers;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerContainer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListenerRegistryTest {

    private final FakeConsumers consumers = new FakeConsumers();
    private final ListenerContainerFactory factory = new ListenerContainerFactory(
            config -> consumers.make(config.groupId()),
            group -> ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), group)
                    .consumeThreads(20),
            null,
            true);
    private final ListenerRegistry registry = new ListenerRegistry(factory);

    @Test
    void startsAndStopsItsContainers() {
        registry.register(endpoint("payment", "payment-group", "create"));

        registry.start();
        assertThat(consumers.get("payment-group").isStarted()).isTrue();
        assertThat(consumers.get("payment-group").expressions()).containsExactly(Map.entry("orders", "create"));

        registry.stop();
        assertThat(consumers.get("payment-group").isClosed()).isTrue();
        assertThat(registry.isRunning()).isFalse();
    }

    @Test
    void answersWhileListenersFinishTheirWork() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        consumers.put("payment-group", new FakeConsumer("payment-group", () -> {
            stopping.countDown();
            try {
                asked.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        registry.register(endpoint("payment", "payment-group", "create"));
        registry.start();

        CompletableFuture<Void> stop = CompletableFuture.runAsync(registry::stop);
        assertThat(stopping.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(registry.isRunning()).isFalse();
        assertThat(registry.containers()).hasSize(1);
        assertThat(stop).isNotDone();
        asked.countDown();
        stop.get(30, TimeUnit.SECONDS);
    }

    @Test
    void pausesListenerWithoutWaitingForItsStop() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        consumers.put("payment-group", new FakeConsumer("payment-group", () -> {
            stopping.countDown();
            try {
                paused.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        registry.register(endpoint("payment", "payment-group", "create"));
        ListenerContainer container = registry.container("payment").orElseThrow();
        container.start();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(container::stop);
        assertThat(stopping.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture.runAsync(container::pause).get(15, TimeUnit.SECONDS);

        assertThat(stop).isNotDone();
        paused.countDown();
        stop.get(30, TimeUnit.SECONDS);
        consumers.remove("payment-group");
        container.start();
        assertThat(consumers.get("payment-group").isSuspended()).isTrue();
    }

    @Test
    void answersAndPausesWhileAListenerStarts() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch paused = new CountDownLatch(1);
        consumers.put("second", new FakeConsumer("second").starting(() -> {
                    starting.countDown();
                    await(paused);
                }));
        registry.register(endpoint("payment", "first", "create"));
        registry.register(endpoint("logistics", "second", "pay"));
        CompletableFuture<Void> start = CompletableFuture.runAsync(registry::start);
        assertThat(starting.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture.runAsync(() -> {
                    registry.pause("payment");
                    registry.pause("logistics");
                    assertThat(registry.container("logistics")).isPresent();
                    assertThat(registry.containers())
                            .extracting(ListenerContainer::id)
                            .containsExactly("payment", "logistics");
                })
                .get(15, TimeUnit.SECONDS);

        assertThat(start).isNotDone();
        paused.countDown();
        start.get(30, TimeUnit.SECONDS);
        assertThat(consumers.get("first").isSuspended()).isTrue();
        assertThat(consumers.get("second").isSuspended()).isTrue();
    }

    @Test
    void leavesContainersAloneThatDoNotStartWithTheContext() {
        registry.register(endpoint("payment", "payment-group", "create", null, false));

        registry.start();

        assertThat(consumers.groups()).isEmpty();
        registry.container("payment").orElseThrow().start();
        assertThat(consumers.get("payment-group").isStarted()).isTrue();
    }

    @Test
    void startsLateListenersAtOnce() {
        registry.start();

        registry.register(endpoint("payment", "payment-group", "create"));

        assertThat(consumers.get("payment-group").isStarted()).isTrue();
    }

    @Test
    void appliesTheEndpointsSettingsOverTheDefaults() {
        registry.register(endpoint("payment", "payment-group", "create", 3, true));

        ConsumerConfig config = registry.container("payment").orElseThrow().config();
        assertThat(config.consumeThreads()).isEqualTo(3);
        assertThat(config.messageModel()).isEqualTo(MessageModel.BROADCASTING);
    }

    @Test
    void stopsAllContainersAtTheSameTime() {
        CountDownLatch bothStopping = new CountDownLatch(2);
        ListenerRegistry slow = new ListenerRegistry(new ListenerContainerFactory(
                config -> new FakeConsumer(config.groupId(), () -> {
                    bothStopping.countDown();
                    await(bothStopping);
                }),
                group -> ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), group),
                null,
                true));
        slow.register(endpoint("payment", "payment-group", "create"));
        slow.register(endpoint("logistics", "logistics-group", "pay"));
        slow.start();

        slow.stop();

        assertThat(bothStopping.getCount()).isZero();
        assertThat(slow.containers()).noneMatch(ListenerContainer::isRunning);
    }

    @Test
    void refusesGroupThatIsUsedTwiceAndNamesBoth() {
        registry.register(endpoint("payment", "shared", "create"));

        assertThatExceptionOfType(DuplicateListenerException.class)
                .isThrownBy(() -> registry.register(endpoint("logistics", "shared", "pay")))
                .withMessageContaining("group=shared")
                .withMessageContaining("subscribe differently")
                .withMessageContaining("source of payment")
                .withMessageContaining("source of logistics");
    }

    @Test
    void refusesSecondListenerWithTheSameId() {
        registry.register(endpoint("payment", "first", "create"));

        assertThatExceptionOfType(DuplicateListenerException.class)
                .isThrownBy(() -> registry.register(endpoint("payment", "second", "create")))
                .withMessageContaining("id=payment");
    }

    @Test
    void refusesListenerWithoutGroup() {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> registry.register(endpoint("payment", null, "create")))
                .withMessageContaining("ternmq.consumer.group");
    }

    @Test
    void refusesSettingThatTheClientRefuses() {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> registry.register(endpoint("payment", "payment-group", "create", 0, true)))
                .withMessageContaining("source of payment")
                .withMessageContaining("consumeThreads=0");
    }

    @Test
    void leavesNothingRunningWhenOneCannotStart() {
        consumers.put("second", new FakeConsumer("second").refusing(new MQClientException("nobody at 127.0.0.1:9876")));
        registry.register(endpoint("payment", "first", "create"));
        registry.register(endpoint("logistics", "second", "pay"));

        assertThatExceptionOfType(ClientStartException.class)
                .isThrownBy(registry::start)
                .withMessageContaining("listener logistics")
                .withMessageContaining("nobody at 127.0.0.1:9876");
        assertThat(consumers.get("first").isClosed()).isTrue();
        assertThat(consumers.get("second").isClosed()).isTrue();
        assertThat(registry.isRunning()).isFalse();
    }

    @Test
    void forgetsLateListenerThatCannotStart() {
        consumers.put("payment-group", new FakeConsumer("payment-group").refusing(new MQClientException("nobody")));
        registry.start();

        assertThatExceptionOfType(ClientStartException.class)
                .isThrownBy(() -> registry.register(endpoint("payment", "payment-group", "create")));

        assertThat(consumers.remove("payment-group").isClosed()).isTrue();
        assertThat(registry.containers()).isEmpty();
        registry.register(endpoint("payment", "payment-group", "create"));
        assertThat(consumers.get("payment-group").isStarted()).isTrue();
    }

    @Test
    void startsStopsPausesAndResumesById() {
        registry.register(endpoint("payment", "payment-group", "create", null, false));
        registry.start();

        registry.pause("payment");
        registry.start("payment");
        FakeConsumer first = consumers.remove("payment-group");
        assertThat(first.isStarted()).isTrue();
        assertThat(first.isSuspended()).isTrue();
        registry.resume("payment");
        assertThat(first.isSuspended()).isFalse();
        registry.pause("payment");
        assertThat(first.isSuspended()).isTrue();
        assertThat(registry.container("payment").orElseThrow().isPaused()).isTrue();
        registry.stop("payment");
        assertThat(first.isClosed()).isTrue();

        registry.start("payment");
        assertThat(consumers.get("payment-group").isSuspended()).isTrue();
    }

    @Test
    void forgetsAListenerThatIsRemoved() {
        registry.register(endpoint("payment", "payment-group", "create"));
        registry.start();

        registry.remove("payment");

        assertThat(consumers.remove("payment-group").isClosed()).isTrue();
        assertThat(registry.containers()).isEmpty();
        registry.register(endpoint("payment", "payment-group", "pay"));
        assertThat(consumers.get("payment-group").isStarted()).isTrue();
    }

    @Test
    void namesTheListenersThereAreWhenOneIsUnknown() {
        registry.register(endpoint("payment", "payment-group", "create"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.pause("payments"))
                .withMessageContaining("id=payments, ids=[payment]");
    }

    @Test
    void startsByPhaseAndStopsTheOtherWayRound() {
        List<String> order = new CopyOnWriteArrayList<>();
        ListenerRegistry phased = new ListenerRegistry(new ListenerContainerFactory(
                config -> {
                    order.add("+" + config.groupId());
                    return new FakeConsumer(config.groupId(), () -> order.add("-" + config.groupId()));
                },
                group -> ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), group),
                null,
                true));
        for (int phase : new int[] {5, -1, 2}) {
            phased.register(ListenerEndpoint.builder("id" + phase)
                    .topic("orders")
                    .group("g" + phase)
                    .listener((message, context) -> Action.CommitMessage)
                    .phase(phase)
                    .build());
        }

        phased.start();
        phased.stop();

        assertThat(order).containsExactly("+g-1", "+g2", "+g5", "-g5", "-g2", "-g-1");
    }

    @Test
    void refusesModesThatDoNotGoTogether() {
        ListenerEndpoint endpoint = ListenerEndpoint.builder("payment")
                .topic("orders")
                .group("g")
                .orderListener((message, context) -> OrderAction.Success)
                .consumeMode(ConsumeMode.POP)
                .build();

        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> registry.register(endpoint))
                .withMessageContaining("consumeMode=pop");
    }

    @Test
    void refusesRetriesThatHoldAQueueUpForTooLong() {
        ListenerEndpoint endpoint = ListenerEndpoint.builder("payment")
                .topic("orders")
                .group("g")
                .orderListener((message, context) -> OrderAction.Success)
                .retry(IllegalStateException.class, Duration.ofMinutes(1))
                .build();

        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> registry.register(endpoint))
                .withMessageContaining("30 seconds at most");
    }

    @Test
    void refusesEndpointsWithoutATopic() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ListenerEndpoint.builder("payment")
                        .listener((message, context) -> Action.CommitMessage)
                        .build())
                .withMessageContaining("id=payment");
    }

    private static ListenerEndpoint endpoint(String id, @Nullable String group, String tags) {
        return endpoint(id, group, tags, null, null);
    }

    private static ListenerEndpoint endpoint(
            String id,
            @Nullable String group,
            String tags,
            @Nullable Integer concurrency,
            @Nullable Boolean autoStartup) {
        return ListenerEndpoint.builder(id)
                .source("source of " + id)
                .topic("orders", MessageSelector.byTag(tags))
                .listener((message, context) -> Action.CommitMessage)
                .group(group)
                .messageModel(concurrency == null ? null : MessageModel.BROADCASTING)
                .concurrency(concurrency)
                .autoStartup(autoStartup)
                .build();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
