package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.internal.group.Workers;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ListenerPoolTest {

    @Test
    void keepsItsThreadsWhateverIsThrown() {
        AtomicInteger handled = new AtomicInteger();
        ListenerPool<Entry> pool = new ListenerPool<>(2, OwnThreads.platform("g"), entry -> {
            handled.incrementAndGet();
            throw new OutOfMemoryError("on purpose");
        });
        ProcessQueue queue =
                new ProcessQueue(new MessageQueue("t", "b", 0), new CacheBudget(100, 1000, () -> {}), 0, false);

        pool.submit(queue.add(messages(10), 10));
        await().until(() -> handled.get() == 10);
        pool.submit(queue.add(messages(10), 20));

        await().until(() -> handled.get() == 20);
        pool.close();
        assertThat(queue.commitOffset()).isZero();
    }

    /** Refuses all but first workers, and that only when the first has ended. */
    private static final class OneByOne implements Workers {
        private final CountDownLatch refusing = new CountDownLatch(1);
        private volatile Thread thread = Thread.currentThread();

        @Override
        public boolean start(boolean first, Runnable worker) {
            if (first) {
                thread = new Thread(worker, "one-by-one");
                thread.start();
                return true;
            }
            refusing.countDown();
            try {
                thread.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        @Override
        public void tellWhenFree(Runnable tryAgain) {}

        @Override
        public boolean isWanted() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void isNotLeftWithoutAWorkerIfTheLastEndsWhileAnotherIsRefused() throws Exception {
        OneByOne threads = new OneByOne();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        ListenerPool<String> pool = new ListenerPool<>(2, threads, piece -> {
            long began = System.nanoTime();
            if (piece.equals("first")) {
                begun.countDown();
                try {
                    threads.refusing.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                // Its turn is over, and it sees another beside it, that which is being refused: so it ends.
                while (System.nanoTime() - began <= ListenerPool.TURN_NANOS) {
                    Thread.onSpinWait();
                }
            }
            handled.incrementAndGet();
        });

        pool.submit("first");
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        pool.submit("second");

        await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 2);
        pool.close();
    }

    private static List<StoredMessage> messages(int count) {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return LongStream.range(0, count)
                .mapToObj(offset -> new StoredMessage(
                        "t", 0, 0, offset, offset, 0, 0, host, 0, host, 0, 0, new byte[] {1, 2, 3}, ""))
                .toList();
    }
}
