package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.FakeBroker;
import io.ternmq.client.OrderAction;
import io.ternmq.client.Revocation;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How locks are renewed and lost, with times so short that nobody has to wait. */
class LockKeepingTest {

    private static final Timing QUICK = new Timing(
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            Duration.ofMillis(200),
            Duration.ofMillis(600));

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 2).topic("%RETRY%g", 1);
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private DefaultOrderConsumer consumer = consumer(QUICK);

    private DefaultOrderConsumer consumer(Timing timing) {
        return new DefaultOrderConsumer(
                ConsumerConfig.builder(broker.client(), "g")
                        .suspendTime(Duration.ofMillis(20))
                        .build(),
                new ClientRegistry(),
                timing);
    }

    @AfterEach
    void close() {
        consumer.close();
        broker.close();
    }

    @Test
    void renewsAllLocksOfABrokerByOneRequestLongBeforeTheyEnd() {
        start();
        int first = locks();

        await().until(() -> locks() >= first + 3);

        assertThat(broker.received(RequestCode.LOCK_BATCH_MQ).subList(first, locks()))
                .extracting(FakeBroker.Received::body)
                .anySatisfy(body -> assertThat(body).contains("\"queueId\":0", "\"queueId\":1"));
        store(0, "still mine");
        await().until(() -> received.contains("still mine"));
    }

    @Test
    void stopsAtOnceWhenTheBrokerSaysThatAnotherHasTheLock() {
        start();
        store(0, "before");
        await().until(() -> received.contains("before"));

        broker.lock("orders", 0, "another");
        await().until(() -> broker.received(RequestCode.LOCK_BATCH_MQ).stream()
                        .filter(request -> request.body().contains("\"queueId\":0")
                                && !request.body().contains("\"queueId\":1"))
                        .count()
                > 1);
        store(0, "theirs");
        store(1, "mine");

        await().until(() -> received.contains("mine"));
        await().during(Duration.ofMillis(200)).until(() -> !received.contains("theirs"));
        broker.commit("g", "orders", 0, 1);
        broker.unlock("orders", 0);
        await().until(() -> received.contains("theirs"));
        assertThat(received).containsOnlyOnce("before");
    }

    @Test
    void consumesNothingMoreWhenItsLocksAreTooOldToBeGood() {
        start();
        store(0, "before");
        await().until(() -> received.contains("before"));

        broker.on(RequestCode.LOCK_BATCH_MQ, request -> null);
        await().pollDelay(QUICK.lockValidity().plusMillis(100)).until(() -> true);
        store(0, "unlocked");

        await().during(Duration.ofMillis(300)).until(() -> !received.contains("unlocked"));
    }

    @Test
    void keepsItsQueuesWhenTheBrokerIsAwayForLessThanALockLasts() {
        start();
        store(0, "before");
        await().until(() -> received.contains("before"));
        int queries = broker.received(RequestCode.QUERY_CONSUMER_OFFSET).size();

        broker.stop();
        broker.restart();
        store(0, "after");

        await().until(() -> received.contains("after"));
        assertThat(received).containsOnlyOnce("before");
        assertThat(broker.received(RequestCode.QUERY_CONSUMER_OFFSET)).hasSize(queries);
    }

    @Test
    void handlesNothingMoreAfterAnInterruptionUntilTheBrokerHasConfirmedItsLock() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        consumer = consumer(new Timing(
                QUICK.rebalance(),
                QUICK.commit(),
                QUICK.claimRetry(),
                QUICK.lockCheck(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30)));
        start(() -> {
            begun.countDown();
            awaitUninterruptibly(release);
        });
        store(0, "first");
        store(0, "second");
        awaitUninterruptibly(begun);

        // Another member was quicker after the restart.
        broker.lock("orders", 0, "another");
        int heartbeats = broker.received(RequestCode.HEART_BEAT).size();
        broker.dropConnections();
        await().until(() -> broker.received(RequestCode.HEART_BEAT).size() > heartbeats);
        release.countDown();

        await().during(Duration.ofMillis(300)).until(() -> received.size() <= 1);
        broker.unlock("orders", 0);
        await().until(() -> received.contains("second"));
    }

    @Test
    void claimsAQueueAgainWhoseLockIsLostBeforeItHasBegun() {
        AtomicInteger queries = new AtomicInteger();
        broker.on(RequestCode.QUERY_CONSUMER_OFFSET, request -> {
            // The answer of the first one comes when the lock is long gone.
            if (queries.incrementAndGet() == 1) {
                await().pollDelay(QUICK.lockValidity().plusMillis(200)).until(() -> true);
            }
            return request.respond(Fields.of("offset", "0"));
        });
        start();
        store(0, "zero");
        store(1, "one");

        await().until(() -> received.contains("zero") && received.contains("one"));
    }

    @Test
    void keepsItsLocksWhileTheApplicationIsToldThatItsQueuesAreGone() {
        AtomicBoolean renewed = new AtomicBoolean();
        consumer = new DefaultOrderConsumer(
                ConsumerConfig.builder(broker.client(), "g")
                        .assignmentListener(new AssignmentListener() {
                            @Override
                            public void onRevoked(Revocation revocation) {
                                int before = locks();
                                await().until(() -> locks() >= before + 2);
                                renewed.set(true);
                            }
                        })
                        .build(),
                new ClientRegistry(),
                new Timing(
                        QUICK.rebalance(),
                        QUICK.commit(),
                        QUICK.claimRetry(),
                        QUICK.lockCheck(),
                        QUICK.lockRenewal(),
                        Duration.ofSeconds(30)));
        start();
        store(0, "last");
        await().until(() -> received.contains("last"));

        consumer.shutdown();

        assertThat(renewed).isTrue();
        await().until(() -> !broker.isLocked("orders", 0));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int locks() {
        return broker.received(RequestCode.LOCK_BATCH_MQ).size();
    }

    private void start() {
        start(() -> {});
    }

    private void start(Runnable listener) {
        broker.commit("g", "orders", 0, 0);
        broker.commit("g", "orders", 1, 0);
        consumer.subscribe("orders", "*", (message, context) -> {
            listener.run();
            received.add(new String(message.getBody(), StandardCharsets.UTF_8));
            return OrderAction.Success;
        });
        consumer.start();
    }

    private void store(int queueId, String body) {
        broker.store("orders", queueId, 0, body.getBytes(StandardCharsets.UTF_8), "");
    }
}
