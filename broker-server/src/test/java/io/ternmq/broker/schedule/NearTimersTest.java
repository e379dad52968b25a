package io.ternmq.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearTimersTest {
    @Test
    void givesTimersInTheOrderOfTheirInstantsAndThoseOfOneInTheOrderOfTheLog() {
        Random chance = new Random(1);
        NearTimers near = new NearTimers();
        List<Timer> expected = new ArrayList<>();
        List<Timer> polled = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Timer timer = new Timer(chance.nextInt(100), chance.nextInt(500), i);
            near.add(timer.slot(), timer.deliverAt(), timer.logOffset());
            expected.add(timer);
        }
        expected.sort(Comparator.comparingLong(Timer::deliverAt).thenComparingLong(Timer::logOffset));

        assertThat(near.firstDue()).isEqualTo(expected.get(0).deliverAt());
        for (Timer timer = near.poll(); timer != null; timer = near.poll()) {
            polled.add(timer);
        }

        assertThat(polled).isEqualTo(expected);
        assertThat(near.firstDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void staysInOrderWhileTimersComeAndGo() {
        Random chance = new Random(2);
        NearTimers near = new NearTimers();
        List<Timer> model = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (chance.nextInt(3) > 0) {
                Timer timer = new Timer(i, chance.nextInt(1000), i);
                near.add(timer.slot(), timer.deliverAt(), timer.logOffset());
                model.add(timer);
            } else if (!model.isEmpty()) {
                Timer first = model.stream()
                        .min(Comparator.comparingLong(Timer::deliverAt).thenComparingLong(Timer::logOffset))
                        .orElseThrow();
                model.remove(first);
                assertThat(near.poll()).isEqualTo(first);
                if (model.size() > 200) {
                    model.forEach(ignored -> near.poll());
                    model.clear();
                }
            }
            assertThat(near.size()).isEqualTo(model.size());
        }
    }

    @Test
    void knowsTheLowestSlot() {
        NearTimers near = new NearTimers();
        assertThat(near.lowestSlot()).isEqualTo(Long.MAX_VALUE);

        near.add(70, 10, 1);
        near.add(60, 20, 2);

        assertThat(near.lowestSlot()).isEqualTo(60);
    }
}
