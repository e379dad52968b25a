package io.ternmq.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.frame.FrameEncoder;

/** Frames as bytes, for tests that write them to a socket themselves. */
final class Frames {
    private Frames() {}

    static byte[] of(RequestCode code, Fields fields) {
        ByteBuf frame = FrameEncoder.encode(Command.request(code, 1, fields), ByteBufAllocator.DEFAULT);
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }
}
