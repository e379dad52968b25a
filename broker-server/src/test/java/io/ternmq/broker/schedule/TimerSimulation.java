package io.ternmq.broker.schedule;

import static io.ternmq.broker.schedule.TimerWorld.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.RecallHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One story of timers on a bad disk, told by a seed: messages are parked, delivered, cancelled and moved, the log is deleted behind them,
 * writes and forces fail, the power goes. In the end all time is over, and every message that was acknowledged and not cancelled is in its
 * queue exactly once, and not before its time.
 */
final class TimerSimulation {
    private static final long LONGEST_MILLIS = Duration.ofHours(3).toMillis();

    private final Random chance;
    private final TimerWorld world;
    private final Map<String, Attempt> attempts = new HashMap<>();
    private final List<String> story = new ArrayList<>();
    /** What has come into the queue, in its order; retention deletes it there. */
    private final List<String> delivered = new ArrayList<>();

    TimerSimulation(long seed) throws IOException {
        this.chance = new Random(seed);
        // Beside the timers, so that retention has something to delete.
        Duration retention = Duration.ofMinutes(20 + chance.nextInt(100));
        this.world = new TimerWorld(
                config -> config.withFlush(FlushMode.SYNC).withRetention(retention), new SimulatedDisk(64 << 20));
    }

    void run() throws IOException {
        int lives = 2 + chance.nextInt(4);
        for (int life = 0; life < lives; life++) {
            live();
            crash();
        }
        world.now += 2 * LONGEST_MILLIS;
        story.add("all time is over");
        for (int i = 0; i < 6; i++) {
            world.turn();
            world.cranked.flush();
            collect();
            world.now += 1500;
        }
        check();
    }

    String story() {
        return String.join("\n", story);
    }

    private void live() {
        if (chance.nextBoolean()) {
            world.disk.losePowerAfter(chance.nextInt(150));
        }
        int steps = 20 + chance.nextInt(100);
        for (int i = 0; i < steps && !world.disk.isWithoutPower(); i++) {
            step();
            collect();
            world.now += chance.nextInt(2000);
        }
    }

    private void step() {
        switch (chance.nextInt(16)) {
            case 0, 1, 2, 3 -> park();
            case 4 -> cancelOrMove(false);
            case 5 -> cancelOrMove(true);
            case 6, 7, 8 -> {
                story.add("flush");
                world.cranked.flush();
            }
            case 9, 10, 11 -> {
                story.add("turn at " + (world.now - START));
                world.turn();
            }
            case 12 -> {
                world.now += chance.nextInt(3) * 20_000L;
                story.add("keep house");
                world.cranked.keepHouse();
            }
            case 13 -> {
                for (int i = 0; i < 20; i++) {
                    world.append(TimerWorld.message("noise", 0, "x".repeat(3000), Map.of()));
                }
                world.now += chance.nextInt(1_200_000);
                story.add("noise");
            }
            case 14 -> {
                story.add("next write fails");
                world.disk.failWrites(1);
            }
            default -> {
                story.add("next force fails");
                world.disk.failForces(1);
            }
        }
    }

    private void park() {
        String body = "m" + attempts.size();
        long due = world.now + 1 + (chance.nextBoolean() ? chance.nextInt(5000) : chance.nextInt((int) LONGEST_MILLIS));
        Attempt attempt = new Attempt(due, world.park(body, due));
        attempts.put(body, attempt);
        story.add("park " + body + " for " + (due - START));
    }

    private void cancelOrMove(boolean move) {
        if (attempts.isEmpty()) {
            return;
        }
        String body = "m" + chance.nextInt(attempts.size());
        Attempt attempt = Objects.requireNonNull(attempts.get(body));
        RecallHandle handle = new RecallHandle(TimerWorld.TOPIC, "b", world.now - 1, "id-" + body);
        long to = world.now + 1 + chance.nextInt((int) LONGEST_MILLIS);
        Ending ending = new Ending(body);
        attempt.endings.add(ending);
        story.add((move ? "move " + body + " to " + (to - START) : "cancel " + body));
        if (move) {
            attempt.earliest = Math.min(attempt.earliest, to);
            try {
                world.timers.move(handle, to, Runnable::run, ending);
            } catch (CommandException e) {
                throw new AssertionError(e);
            }
        } else {
            world.timers.cancel(handle, Runnable::run, ending);
        }
    }

    private void crash() throws IOException {
        if (!world.disk.isWithoutPower() && chance.nextInt(3) == 0) {
            story.add("killed");
            world.disk.killProcess();
        } else {
            story.add("power is lost");
            world.disk.losePower(chance);
        }
        world.disk.losePowerAfter(Long.MAX_VALUE);
        world.disk.failForces(0);
        world.disk.failWrites(0);
        world.open();
        collect();
    }

    /** With a synchronous flush, what can be seen stays. */
    private void collect() {
        if (!world.disk.isWithoutPower()) {
            for (String body : world.cranked.bodies(TimerWorld.TOPIC, 0, delivered.size())) {
                assertThat(world.now)
                        .as("too early: %s", body)
                        .isGreaterThanOrEqualTo(Objects.requireNonNull(attempts.get(body)).earliest);
                delivered.add(body);
            }
        }
    }

    private void check() {
        assertThat(delivered).doesNotHaveDuplicates();
        attempts.forEach((body, attempt) -> {
            boolean acknowledged = attempt.outcome.result != null;
            boolean cancelled = attempt.endings.stream().anyMatch(ending -> "cancelled".equals(ending.answer));
            boolean maybeCancelled = attempt.endings.stream()
                    .anyMatch(ending -> ending.answer == null || ending.answer.startsWith("failed"));
            if (cancelled) {
                assertThat(delivered).as("cancelled: %s", body).doesNotContain(body);
            } else if (acknowledged && !maybeCancelled) {
                assertThat(delivered).as("acknowledged: %s", body).contains(body);
            }
        });
    }

    /** A message somebody wanted delivered later. */
    private static final class Attempt {
        private final TimerWorld.Outcome outcome;
        private final List<Ending> endings = new ArrayList<>();
        private long earliest;

        Attempt(long due, TimerWorld.Outcome outcome) {
            this.earliest = due;
            this.outcome = outcome;
        }
    }

    /** What was said to somebody who wanted it back. */
    private final class Ending implements RecallCallback {
        private final String body;
        private @Nullable String answer;

        Ending(String body) {
            this.body = body;
        }

        @Override
        public void cancelled() {
            answer("cancelled");
        }

        @Override
        public void moved(long deliverAt) {
            answer("moved");
        }

        @Override
        public void alreadyDelivered() {
            answer("delivered");
            collect();
            assertThat(delivered).contains(body);
        }

        @Override
        public void unknown() {
            answer("unknown");
        }

        @Override
        public void failed(ResponseCode code, String reason) {
            answer("failed " + code);
        }

        private void answer(String said) {
            assertThat(answer).as("answered twice").isNull();
            answer = said;
            story.add(body + " is " + said);
        }
    }
}
