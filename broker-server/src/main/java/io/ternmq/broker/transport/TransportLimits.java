package io.ternmq.broker.transport;

import io.ternmq.protocol.frame.FrameDecoder;
import java.time.Duration;

/**
 * What one client, and all of them together, may cost.
 *
 * @param maxConnections how many connections are held; further ones are closed at once
 * @param maxFrameBytes longest frame
 * @param maxRequests requests of one connection in service at a time; beyond it nothing more is read from that connection
 * @param maxRequestBytes bytes of them
 * @param maxIncomingBytes bytes of all long frames that are being received or served, over all connections
 * @param idle how long a connection may neither send nor receive
 * @param firstBytes how long a new connection may stay silent
 * @param frame how long a frame may take from its first byte to its last
 * @param stalledReader how long a client may leave unread what it was sent
 */
public record TransportLimits(
        int maxConnections,
        int maxFrameBytes,
        int maxRequests,
        long maxRequestBytes,
        long maxIncomingBytes,
        Duration idle,
        Duration firstBytes,
        Duration frame,
        Duration stalledReader) {
    /** The time-out of genuine brokers. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    /** Checks the figures. */
    public TransportLimits {
        if (maxConnections < 1) {
            throw new IllegalArgumentException(
                    "max-connections is out of range: max-connections=" + maxConnections + "; use 1 or more");
        }
        if (maxFrameBytes < 1024 || maxFrameBytes > FrameDecoder.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("maximum frame size is out of range: maxFrameBytes=" + maxFrameBytes
                    + "; use 1024 to " + FrameDecoder.MAX_FRAME_BYTES);
        }
        if (maxRequests < 1 || maxRequestBytes < 1 || maxIncomingBytes < maxFrameBytes) {
            throw new IllegalArgumentException(
                    "limits of requests in service are out of range: maxRequests=" + maxRequests
                            + ", maxRequestBytes=" + maxRequestBytes + ", maxIncomingBytes=" + maxIncomingBytes
                            + "; use positive figures, and room for at least one frame");
        }
    }

    /** Returns limits that suit a server and genuine clients. */
    public static TransportLimits defaults() {
        long incoming = Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4);
        return new TransportLimits(
                20_000,
                FrameDecoder.MAX_FRAME_BYTES,
                4096,
                32L << 20,
                incoming,
                IDLE,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60));
    }

    /** Returns these limits with another number of connections. */
    public TransportLimits withMaxConnections(int other) {
        return new TransportLimits(
                other,
                maxFrameBytes,
                maxRequests,
                maxRequestBytes,
                maxIncomingBytes,
                idle,
                firstBytes,
                frame,
                stalledReader);
    }

    /** Returns these limits with other times. */
    public TransportLimits withTimes(
            Duration otherIdle, Duration otherFirstBytes, Duration otherFrame, Duration otherStalled) {
        return new TransportLimits(
                maxConnections,
                maxFrameBytes,
                maxRequests,
                maxRequestBytes,
                maxIncomingBytes,
                otherIdle,
                otherFirstBytes,
                otherFrame,
                otherStalled);
    }
}
