package io.ternmq.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Whatever the bytes, a decoder returns, asks for more, or refuses with its own exception. An ordinary run tries the empty input and the seeds;
 * with {@code JAZZER_FUZZ=1} and one method chosen, Jazzer searches for new ones.
 */
class DecoderFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void frames(byte[] input) {
        try (Command command = new FrameDecoder().decode(Unpooled.wrappedBuffer(input))) {
            if (command != null) {
                command.fields().size();
            }
        } catch (MalformedFrameException expected) {
            // The documented refusal.
        }
    }

    @FuzzTest(maxDuration = "60s")
    void storedMessages(byte[] input) {
        try {
            StoredMessage.readAll(ByteBuffer.wrap(input));
        } catch (MalformedMessageException expected) {
            // The documented refusal.
        }
    }

    @FuzzTest(maxDuration = "60s")
    void batches(byte[] input) {
        try {
            BatchBody.decode(ByteBuffer.wrap(input));
        } catch (MalformedMessageException expected) {
            // The documented refusal.
        }
    }

    @FuzzTest(maxDuration = "60s")
    void properties(byte[] input) {
        MessageProperties.decode(new String(input, StandardCharsets.UTF_8));
    }

    @FuzzTest(maxDuration = "60s")
    void heartbeats(byte[] input) {
        try {
            JsonBodies.decode(input, HeartbeatData.class);
        } catch (CommandException expected) {
            // The documented refusal.
        }
    }
}
