package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedThreadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SharedThreads threads = new SharedThreads(2);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Semaphore permits = new Semaphore(0);

    @AfterEach
    void endWorkers() {
        end.countDown();
        permits.release(100);
        threads.close();
    }

    @Test
    void refusesMoreThanTheLimitButNobodysFirst() {
        Workers busy = threads.forGroup("busy");
        Workers late = threads.forGroup("late");

        assertThat(busy.start(true, this::work)).isTrue();
        assertThat(busy.start(false, this::work)).isTrue();
        assertThat(busy.start(false, this::work)).isFalse();
        assertThat(late.start(false, this::work)).isFalse();
        assertThat(late.start(true, this::work)).isTrue();
    }

    @Test
    void givesWhatIsGivenBackToThoseThatWaitInTurn() {
        List<String> told = new CopyOnWriteArrayList<>();
        Workers busy = threads.forGroup("busy");
        Workers first = threads.forGroup("first");
        Workers second = threads.forGroup("second");
        busy.start(true, this::workForAPermit);
        busy.start(false, this::workForAPermit);

        first.tellWhenFree(() -> {
            told.add("first");
            first.start(false, this::work);
        });
        second.tellWhenFree(() -> {
            told.add("second");
            second.start(false, this::work);
        });
        assertThat(told).isEmpty();
        assertThat(busy.isWanted()).isTrue();

        permits.release();
        await().atMost(PATIENCE).until(() -> told.equals(List.of("first")));
        permits.release();
        await().atMost(PATIENCE).until(() -> told.equals(List.of("first", "second")));
        assertThat(busy.isWanted()).isFalse();
    }

    @Test
    void asksTheNextIfOneDoesNotNeedItAnyMore() {
        AtomicInteger started = new AtomicInteger();
        Workers busy = threads.forGroup("busy");
        Workers gone = threads.forGroup("gone");
        Workers closed = threads.forGroup("closed");
        Workers waiting = threads.forGroup("waiting");
        busy.start(true, this::workForAPermit);
        busy.start(false, this::workForAPermit);

        gone.tellWhenFree(() -> {});
        closed.tellWhenFree(started::incrementAndGet);
        waiting.tellWhenFree(() -> waiting.start(false, started::incrementAndGet));
        closed.close();
        permits.release();

        await().atMost(PATIENCE).until(() -> started.get() == 1);
    }

    @Test
    void doesNotForgetWhoAsksWhenAThreadIsFreeAgainAlready() {
        AtomicInteger told = new AtomicInteger();

        threads.forGroup("late").tellWhenFree(told::incrementAndGet);

        assertThat(told).hasValue(1);
    }

    @Test
    void namesAThreadAfterTheGroupForWhichItWorks() {
        List<String> names = new CopyOnWriteArrayList<>();
        for (String group : List.of("orders", "orders-2", "orders")) {
            int before = names.size();
            threads.forGroup(group)
                    .start(true, () -> names.add(Thread.currentThread().getName()));
            await().atMost(PATIENCE).until(() -> names.size() > before);
        }

        assertThat(names.get(0)).startsWith("ternmq-listener-orders-");
        assertThat(names.get(1)).startsWith("ternmq-listener-orders-2-");
        assertThat(names.get(2)).doesNotStartWith("ternmq-listener-orders-2-");
    }

    @Test
    void leavesWhatIsGivenBackToWhoStandsInTheRow() {
        List<String> told = new CopyOnWriteArrayList<>();
        Workers busy = threads.forGroup("busy");
        Workers first = threads.forGroup("first");
        Workers second = threads.forGroup("second");
        busy.start(true, this::workForAPermit);
        busy.start(false, this::work);
        first.tellWhenFree(() -> {
            // It is at its turn, and the other is not.
            assertThat(second.start(false, this::work)).isFalse();
            told.add("first");
        });
        second.tellWhenFree(() -> told.add("second"));

        permits.release();

        await().atMost(PATIENCE).until(() -> told.equals(List.of("first", "second")));
    }

    @Test
    void isNotWantedByOnesOwnWish() {
        Workers busy = threads.forGroup("busy");
        busy.start(true, this::work);
        busy.start(false, this::work);

        busy.tellWhenFree(() -> {});
        assertThat(busy.isWanted()).isFalse();

        threads.forGroup("other").tellWhenFree(() -> {});
        assertThat(busy.isWanted()).isTrue();
    }

    private void workForAPermit() {
        permits.acquireUninterruptibly();
    }

    private void work() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
