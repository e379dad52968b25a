package io.ternmq.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int LONG_FRAME = 1 << 20;

    private final IncomingBytes incoming = new IncomingBytes(3 * LONG_FRAME / 2);
    private final Complaints complaints = new Complaints(() -> 0);

    @Test
    void closesAConnectionWhoseFrameDoesNotFitTheMemoryThatIsLeft() {
        EmbeddedChannel first = connection();
        EmbeddedChannel second = connection();

        first.writeInbound(beginOfALongFrame());
        second.writeInbound(beginOfALongFrame());

        assertThat(first.isOpen()).isTrue();
        assertThat(second.isOpen()).isFalse();
        assertThat(incoming.taken()).isEqualTo(LONG_FRAME);
    }

    @Test
    void givesTheMemoryBackWhenTheClientLeavesInTheMiddleOfItsFrame() {
        EmbeddedChannel first = connection();
        first.writeInbound(beginOfALongFrame());

        first.close();
        first.runPendingTasks();

        assertThat(incoming.taken()).isZero();
        EmbeddedChannel second = connection();
        second.writeInbound(beginOfALongFrame());
        assertThat(second.isOpen()).isTrue();
    }

    private EmbeddedChannel connection() {
        return new EmbeddedChannel(new FrameReader(TransportLimits.defaults(), incoming, complaints));
    }

    private static ByteBuf beginOfALongFrame() {
        return Unpooled.buffer().writeInt(LONG_FRAME).writeInt(2).writeByte('{');
    }
}
