package io.ternmq.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.topic.QueueId;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QueueLocksTest {
    private static final Set<QueueId> QUEUE = Set.of(new QueueId("t", 0));

    private final AtomicLong now = new AtomicLong();
    private final QueueLocks locks = new QueueLocks(now::get);

    @Test
    void letsAnotherClientHaveALockThatWasNotRenewed() {
        locks.lock("g", "c1", QUEUE);

        now.addAndGet(QueueLocks.LIFETIME.toMillis());
        assertThat(locks.lock("g", "c2", QUEUE)).isEmpty();
        now.incrementAndGet();
        assertThat(locks.lock("g", "c2", QUEUE)).isEqualTo(QUEUE);
    }

    @Test
    void keepsALockThatIsRenewed() {
        locks.lock("g", "c1", QUEUE);
        now.addAndGet(50_000);
        locks.lock("g", "c1", QUEUE);
        now.addAndGet(50_000);

        assertThat(locks.lock("g", "c2", QUEUE)).isEmpty();
        assertThat(locks.hasLocks("g")).isTrue();
    }

    @Test
    void countsOnlyLocksThatHaveNotExpired() {
        locks.lock("g", "c1", QUEUE);
        now.addAndGet(60_001);

        assertThat(locks.hasLocks("g")).isFalse();
        locks.expire();
        assertThat(locks.lock("g", "c2", QUEUE)).isEqualTo(QUEUE);
    }

    @Test
    void keepsGroupsApart() {
        locks.lock("g1", "c1", QUEUE);

        assertThat(locks.lock("g2", "c2", QUEUE)).isEqualTo(QUEUE);
    }
}
