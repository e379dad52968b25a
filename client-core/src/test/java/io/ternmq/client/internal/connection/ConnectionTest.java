package io.ternmq.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.ternmq.client.internal.connection.ConnectionException.Stage;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Connection connection = new Connection("here:1", channel, (address, request) -> null);

    @Test
    void goesOnWritingAfterACommandThatCannotBeWritten() {
        channel.pipeline().addLast(connection);

        CompletableFuture<Reply> broken = request(unwritable());
        CompletableFuture<?> brokenOneway =
                connection.oneway(RequestCode.SEND_MESSAGE_V2, Fields.empty(), unwritable(), null);
        channel.runPendingTasks();
        CompletableFuture<Reply> next = request(Unpooled.wrappedBuffer(new byte[] {1}));
        channel.runPendingTasks();

        assertThat(broken.handle((reply, error) -> Failures.unwrap(error)))
                .isCompletedWithValueMatching(
                        error -> error instanceof ConnectionException reason && reason.stage() == Stage.NOT_SENT);
        assertThat(brokenOneway).isCompletedExceptionally();
        assertThat(next).isNotDone();
        ByteBuf frame = channel.readOutbound();
        assertThat(frame).as("the frame of the next request").isNotNull();
        frame.release();
        channel.close();
        assertThat(next).isCompletedExceptionally();
    }

    private CompletableFuture<Reply> request(ByteBuf body) {
        return connection.request(
                RequestCode.SEND_MESSAGE_V2, Fields.empty(), body, null, TimeUnit.SECONDS.toNanos(10));
    }

    /** Reading it fails, as any step of writing may. */
    private static ByteBuf unwritable() {
        ByteBuf released = Unpooled.buffer().writeByte(1);
        released.release();
        return released;
    }
}
