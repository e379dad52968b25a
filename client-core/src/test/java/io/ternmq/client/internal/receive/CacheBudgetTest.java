package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CacheBudgetTest {

    private final AtomicInteger said = new AtomicInteger();
    private final CacheBudget budget = new CacheBudget(10, 1000, said::incrementAndGet);

    private final class CountingPuller implements CacheBudget.Puller {
        private final AtomicInteger pulls = new AtomicInteger();

        @Override
        public boolean isBlocked() {
            return budget.isUsedUp();
        }

        @Override
        public void pull() {
            pulls.incrementAndGet();
        }
    }

    @Test
    void isUsedUpByMessagesOrByBytes() {
        budget.take(9, 999);
        assertThat(budget.isUsedUp()).isFalse();

        budget.take(1, 0);
        assertThat(budget.isUsedUp()).isTrue();
        budget.giveBack(0, true);

        budget.take(0, 1);
        assertThat(budget.isUsedUp()).isTrue();
    }

    @Test
    void makesPullersWaitForRoom() {
        CountingPuller puller = new CountingPuller();
        budget.take(10, 10);

        budget.park(puller);
        assertThat(puller.pulls).hasValue(0);

        budget.giveBack(1, true);
        assertThat(puller.pulls).hasValue(1);
        budget.giveBack(1, true);
        assertThat(puller.pulls).hasValue(1);
    }

    @Test
    void letsAPullerGoOnForWhichThereIsRoomByNow() {
        CountingPuller puller = new CountingPuller();

        budget.park(puller);

        assertThat(puller.pulls).hasValue(1);
        assertThat(said).hasValue(0);
    }

    @Test
    void saysOnceThatItIsUsedUpHoweverOftenThatIs() {
        for (int i = 0; i < 100; i++) {
            budget.take(10, 10);
            budget.park(new CountingPuller());
            for (int j = 0; j < 10; j++) {
                budget.giveBack(1, true);
            }
        }

        assertThat(said).hasValue(1);
    }
}
