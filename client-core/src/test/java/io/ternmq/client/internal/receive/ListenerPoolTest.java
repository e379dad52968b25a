package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
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

    private static List<StoredMessage> messages(int count) {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return LongStream.range(0, count)
                .mapToObj(offset -> new StoredMessage(
                        "t", 0, 0, offset, offset, 0, 0, host, 0, host, 0, 0, new byte[] {1, 2, 3}, ""))
                .toList();
    }
}
