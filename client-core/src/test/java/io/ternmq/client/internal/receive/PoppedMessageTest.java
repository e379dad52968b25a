package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.message.StoredMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PoppedMessageTest {

    private static final long LEASE = 1000;

    private final PopHandle first = new PopHandle(0, 1, 2, 3, 0, "b", 0, 7);
    private final PopHandle second = new PopHandle(7, 5, 2, 3, 0, "b", 0, 7);
    private final PoppedMessage message = new PoppedMessage("t", "127.0.0.1:1", stored(), first, 0, LEASE);

    @Test
    void isSettledOnce() {
        assertThat(message.begin()).isTrue();
        assertThat(message.begin()).isFalse();
        assertThat(message.settle()).isTrue();
        assertThat(message.settle()).isFalse();
        assertThat(message.isRunning()).isFalse();
    }

    @Test
    void isNotBegunAfterItWasGivenBack() {
        assertThat(message.settle()).isTrue();
        assertThat(message.begin()).isFalse();
    }

    @Test
    void knowsWhenItsLeaseEnds() {
        assertThat(message.isLeaseEnding(LEASE / 2 - 1)).isFalse();
        assertThat(message.isLeaseEnding(LEASE / 2)).isTrue();
        assertThat(message.isLeaseOver(LEASE - 1)).isFalse();
        assertThat(message.isLeaseOver(LEASE)).isTrue();
    }

    @Test
    void isAcknowledgedByTheHandleOfItsLatestLease() {
        CompletableFuture<PopHandle> answer = new CompletableFuture<>();

        message.prolong(600, handle -> {
            assertThat(handle).isEqualTo(first);
            return answer;
        });

        CompletableFuture<PopHandle> forAcknowledgement = message.handle();
        assertThat(forAcknowledgement).isNotDone();
        assertThat(message.isLeaseOver(1500)).isFalse();
        answer.complete(second);
        assertThat(forAcknowledgement).isCompletedWithValue(second);
    }

    @Test
    void keepsItsHandleIfTheLeaseIsNotProlonged() {
        message.prolong(600, handle -> CompletableFuture.failedFuture(new IllegalStateException("refused")));

        assertThat(message.handle()).isCompletedWithValue(first);
    }

    private static StoredMessage stored() {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new StoredMessage("t", 0, 0, 7, 7, 0, 0, host, 0, host, 0, 0, new byte[] {1, 2, 3}, "");
    }
}
