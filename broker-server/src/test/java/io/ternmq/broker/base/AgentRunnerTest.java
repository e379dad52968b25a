package io.ternmq.broker.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AgentRunnerTest {
    private static final long AN_HOUR_NANOS = 3_600_000_000_000L;

    @Test
    void worksOnAThreadOfItsName() {
        Counting agent = new Counting(AN_HOUR_NANOS);
        try (Running running = AgentRunner.start(agent)) {
            await().until(() -> agent.turns.get() >= 1);
            running.wake();
            await().until(() -> agent.turns.get() >= 2);
        }

        assertThat(agent.threadName).isEqualTo("ternmq-test");
    }

    @Test
    void worksAgainWhenItIsDue() {
        Counting agent = new Counting(1_000_000);
        try (Running running = AgentRunner.start(agent)) {
            await().until(() -> agent.turns.get() > 5);
            assertThat(running).isNotNull();
        }
    }

    @Test
    void everyWakeLeadsToAnotherTurnHoweverCloseTheyCome() {
        AtomicInteger wanted = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        Agent agent = new Counting(AN_HOUR_NANOS) {
            @Override
            public long work() {
                seen.set(wanted.get());
                return super.work();
            }
        };
        try (Running running = AgentRunner.start(agent)) {
            for (int i = 1; i <= 10_000; i++) {
                wanted.set(i);
                running.wake();
            }
            await().until(() -> seen.get() == 10_000);
        }
    }

    @Test
    void goesOnAfterAFailure() {
        AtomicInteger tries = new AtomicInteger();
        Agent agent = new Counting(AN_HOUR_NANOS) {
            @Override
            public long work() {
                if (tries.incrementAndGet() == 1) {
                    throw new IllegalStateException("on purpose");
                }
                return super.work();
            }
        };
        try (Running running = AgentRunner.start(agent)) {
            await().until(() -> tries.get() >= 1);
            running.wake();
            await().until(() -> tries.get() >= 2);
        }
    }

    @Test
    void neverWorksAgainOnceClosed() {
        Counting agent = new Counting(0);
        Running running = AgentRunner.start(agent);
        await().until(() -> agent.turns.get() > 0);
        running.close();
        int turns = agent.turns.get();
        running.wake();
        running.close();

        assertThat(agent.turns.get()).isEqualTo(turns);
    }

    private static class Counting implements Agent {
        final AtomicInteger turns = new AtomicInteger();
        private final long idleNanos;
        private volatile String threadName = "";

        Counting(long idleNanos) {
            this.idleNanos = idleNanos;
        }

        @Override
        public String name() {
            return "ternmq-test";
        }

        @Override
        public long work() {
            threadName = Thread.currentThread().getName();
            turns.incrementAndGet();
            return idleNanos;
        }
    }
}
