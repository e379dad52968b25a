package io.ternmq.broker.schedule;

import static io.ternmq.broker.schedule.TimerWorld.START;
import static io.ternmq.broker.schedule.TimerWorld.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.store.FlushMode;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.RecallHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Taking messages back and moving them, with a clock and threads that the test moves. */
class RecallsTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void cancelsAMessageThatIsDueSoon() throws Exception {
        TimerWorld world = new TimerWorld();
        world.turn();
        world.park("a", START + 100);
        world.park("b", START + 100);

        assertThat(cancel(world, "a", START + 100)).isEqualTo("cancelled");
        world.turnAt(START + HOUR);

        assertThat(world.delivered()).containsExactly("b");
    }

    @Test
    void cancelsAMessageThatIsFarAwayAfterARestart() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + 300 * DAY);
        world.close();
        world.open();
        world.turn();

        assertThat(cancel(world, "a", START + 300 * DAY)).isEqualTo("cancelled");
        world.disk.killProcess();
        world.open();
        world.turnAt(START + 301 * DAY);

        assertThat(world.delivered()).isEmpty();
    }

    @Test
    void saysThatAMessageIsDeliveredAlready() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + 100);
        world.turnAt(START + 100);

        assertThat(cancel(world, "a", START + 100)).isEqualTo("already delivered");
        world.now += HOUR;
        world.turn();
        world.cranked.keepHouse();
        world.close();
        world.open();
        assertThat(cancel(world, "a", START + 100)).as("still known").isEqualTo("already delivered");
    }

    @Test
    void cancelsTwiceWithTheSameAnswer() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + HOUR);

        assertThat(cancel(world, "a", START + HOUR)).isEqualTo("cancelled");
        assertThat(cancel(world, "a", START + HOUR)).isEqualTo("cancelled");
    }

    @Test
    void knowsNothingOfAMessageThatNeverWaited() throws Exception {
        TimerWorld world = new TimerWorld();
        world.append(TimerWorld.message(TOPIC, 0, "now", Map.of("UNIQ_KEY", "id-now")));

        assertThat(cancel(world, "now", START)).isEqualTo("unknown");
        assertThat(cancel(world, "never", START + HOUR)).isEqualTo("unknown");
    }

    @Test
    void cancelsWhatAProducerHasParkedTwice() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + 100);
        world.park("a", START + 100);

        assertThat(cancel(world, "a", START + 100)).isEqualTo("cancelled");
        world.turnAt(START + HOUR);

        assertThat(world.delivered()).isEmpty();
    }

    @Test
    void waitsForTheEndOfADeliveryThatIsUnderWay() throws Exception {
        TimerWorld world = new TimerWorld(config -> config.withFlush(FlushMode.SYNC), new SimulatedDisk(64 << 20));
        world.park("a", START + 100);
        world.cranked.flush();
        world.turnAt(START + 100);

        Result result = startCancel(world, "a", START + 100);
        assertThat(result.answers).isEmpty();
        world.cranked.flush();

        assertThat(result.answers).containsExactly("already delivered");
        assertThat(world.delivered()).containsExactly("a");
    }

    @Test
    void cancelsWhatCouldNotBeDelivered() throws Exception {
        TimerWorld world = new TimerWorld(config -> config.withFlush(FlushMode.SYNC), new SimulatedDisk(64 << 20));
        world.park("a", START + 100);
        world.cranked.flush();
        world.turnAt(START + 100);
        Result result = startCancel(world, "a", START + 100);

        world.disk.failForces(1);
        world.cranked.flush();
        assertThat(result.answers)
                .as("the disk refuses")
                .singleElement()
                .asString()
                .startsWith("failed");
        world.cranked.flush();
        assertThat(cancelAndFlush(world, "a", START + 100)).isEqualTo("cancelled");
        world.turnAt(START + HOUR);
        world.cranked.flush();

        assertThat(world.delivered()).isEmpty();
    }

    @Test
    void deliversNothingWhileACancellationIsUnderWayAndAllWhenItFails() throws Exception {
        TimerWorld world = new TimerWorld(config -> config.withFlush(FlushMode.SYNC), new SimulatedDisk(64 << 20));
        world.park("a", START + 100);
        world.cranked.flush();
        world.turn();
        Result result = startCancel(world, "a", START + 100);
        world.turnAt(START + 100);
        assertThat(result.answers).isEmpty();

        world.disk.failForces(1);
        world.cranked.flush();
        assertThat(result.answers).singleElement().asString().startsWith("failed");
        world.cranked.flush();
        world.turnAt(START + 5000);
        world.cranked.flush();

        assertThat(world.delivered()).containsExactly("a");
    }

    @Test
    void movesAMessageEarlierAndLater() throws Exception {
        TimerWorld world = new TimerWorld();
        world.turn();
        world.park("later", START + 100);
        world.park("earlier", START + DAY);

        assertThat(move(world, "later", START + 100, START + HOUR)).isEqualTo("moved to " + (START + HOUR));
        assertThat(move(world, "earlier", START + DAY, START + 200)).isEqualTo("moved to " + (START + 200));
        world.disk.killProcess();
        world.open();

        world.turnAt(START + 300);
        assertThat(world.delivered()).containsExactly("earlier");
        world.turnAt(START + HOUR);
        assertThat(world.delivered()).containsExactly("earlier", "later");
        world.turnAt(START + 2 * DAY);
        assertThat(world.delivered()).hasSize(2);
        assertThat(world.message(TOPIC, 0, 1).properties()).contains("TIMER_OUT_MS\1" + (START + HOUR) + "\2");
    }

    @Test
    void cancelsByTheOldHandleWhatWasMoved() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + 100);
        move(world, "a", START + 100, START + HOUR);

        assertThat(cancel(world, "a", START + 100)).isEqualTo("cancelled");
        assertThat(move(world, "a", START + 100, START + HOUR)).isEqualTo("unknown");
        world.turnAt(START + DAY);

        assertThat(world.delivered()).isEmpty();
    }

    @Test
    void deliversAtOnceWhatIsMovedToThePast() throws Exception {
        TimerWorld world = new TimerWorld();
        world.turn();
        world.park("a", START + DAY);

        move(world, "a", START + DAY, 5);
        world.turn();

        assertThat(world.delivered()).containsExactly("a");
    }

    @Test
    void movesNothingTooFarAhead() throws Exception {
        TimerWorld world = new TimerWorld();
        world.park("a", START + DAY);

        assertThatThrownBy(() -> move(world, "a", START + DAY, START + 400 * DAY))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL));
    }

    @Test
    void cancelsWhatWasAppendedAnew() throws Exception {
        TimerWorld world =
                new TimerWorld(config -> config.withRetention(Duration.ofHours(1)), new SimulatedDisk(64 << 20));
        world.park("a", START + 10 * DAY);
        for (int i = 0; i < 100; i++) {
            world.append(TimerWorld.message("noise", 0, "x".repeat(2000), Map.of()));
        }
        world.now = START + 2 * HOUR;
        world.append(TimerWorld.message("noise", 0, "x", Map.of()));
        for (int step = 0; step < 10; step++) {
            world.turn();
            world.cranked.flush();
            world.cranked.keepHouse();
        }
        assertThat(world.cranked.store().totals().minLogOffset()).isPositive();

        assertThat(cancel(world, "a", START + 10 * DAY)).isEqualTo("cancelled");
        world.turnAt(START + 11 * DAY);

        assertThat(world.delivered()).isEmpty();
    }

    private static String cancel(TimerWorld world, String body, long deliverAt) {
        Result result = startCancel(world, body, deliverAt);
        assertThat(result.answers).hasSize(1);
        return result.answers.get(0);
    }

    private static String cancelAndFlush(TimerWorld world, String body, long deliverAt) {
        Result result = startCancel(world, body, deliverAt);
        world.cranked.flush();
        assertThat(result.answers).hasSize(1);
        return result.answers.get(0);
    }

    private static Result startCancel(TimerWorld world, String body, long deliverAt) {
        Result result = new Result();
        world.timers.cancel(handle(body, deliverAt), Runnable::run, result);
        return result;
    }

    private static String move(TimerWorld world, String body, long deliverAt, long to) throws CommandException {
        Result result = new Result();
        world.timers.move(handle(body, deliverAt), to, Runnable::run, result);
        assertThat(result.answers).hasSize(1);
        return result.answers.get(0);
    }

    private static RecallHandle handle(String body, long deliverAt) {
        return new RecallHandle(TOPIC, "b", deliverAt, "id-" + body);
    }

    /** The answers, which must be one. */
    private static final class Result implements RecallCallback {
        private final List<String> answers = new ArrayList<>();

        @Override
        public void cancelled() {
            answers.add("cancelled");
        }

        @Override
        public void moved(long deliverAt) {
            answers.add("moved to " + deliverAt);
        }

        @Override
        public void alreadyDelivered() {
            answers.add("already delivered");
        }

        @Override
        public void unknown() {
            answers.add("unknown");
        }

        @Override
        public void failed(ResponseCode code, String reason) {
            answers.add("failed " + code + ": " + reason);
        }
    }
}
