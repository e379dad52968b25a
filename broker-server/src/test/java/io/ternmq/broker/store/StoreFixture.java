package io.ternmq.broker.store;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Messages to append, and what was read back, for the tests of this package. */
final class StoreFixture {
    static final InetSocketAddress HOST = new InetSocketAddress(loopback(), 10911);

    private StoreFixture() {}

    static NewMessage message(String topic, int queueId, String body) {
        return message(topic, queueId, body.getBytes(StandardCharsets.UTF_8), "");
    }

    static NewMessage tagged(String topic, int queueId, String body, String tag) {
        return message(topic, queueId, body.getBytes(StandardCharsets.UTF_8), "TAGS\u0001" + tag + "\u0002");
    }

    static NewMessage message(String topic, int queueId, byte[] body, String properties) {
        return new NewMessage(topic, queueId, 7, 0, 1_000, HOST, HOST, 0, 0, properties, ByteBuffer.wrap(body));
    }

    /** Appends; the receipt has the outcome. */
    static Receipt append(MessageStore store, NewMessage... messages) {
        Receipt receipt = new Receipt();
        store.append(List.of(messages), receipt);
        return receipt;
    }

    /** The bodies of all messages from an offset on. */
    static List<String> bodies(MessageStore store, String topic, int queueId, long from) {
        List<String> bodies = new ArrayList<>();
        long offset = from;
        while (true) {
            ReadResult result = store.read(topic, queueId, offset, 32, 1 << 20, MessageFilter.ALL);
            if (result.status() != ReadResult.Status.FOUND) {
                return bodies;
            }
            records(result).forEach(record -> bodies.add(body(record)));
            offset = result.nextOffset();
        }
    }

    /** The single records of a result. */
    static List<ByteBuffer> records(ReadResult result) {
        List<ByteBuffer> records = new ArrayList<>();
        for (ByteBuffer slice : result.slices()) {
            int at = 0;
            while (at < slice.limit()) {
                int size = slice.getInt(at);
                if (size <= 0) {
                    throw new AssertionError("slice holds no record: at=" + at + ", slice=" + slice);
                }
                records.add(slice.slice(at, size));
                at += size;
            }
        }
        return records;
    }

    static String body(ByteBuffer record) {
        byte[] bytes = new byte[record.getInt(84)];
        record.get(88, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A callback that can be asked. */
    static final class Receipt implements AppendCallback {
        private final CompletableFuture<AppendResult> outcome = new CompletableFuture<>();

        /** Where the messages are, once they are committed. */
        AppendResult result() throws Exception {
            return outcome.get(60, TimeUnit.SECONDS);
        }

        /** The same, which must be known by now. */
        AppendResult now() {
            return outcome.join();
        }

        boolean isCommitted() {
            return outcome.isDone() && !outcome.isCompletedExceptionally();
        }

        boolean isPending() {
            return !outcome.isDone();
        }

        /** Why they were not committed. */
        StoreException refusal() {
            return (StoreException) outcome.handle((result, reason) -> reason).join();
        }

        @Override
        public String toString() {
            if (isPending()) {
                return "pending";
            }
            return isCommitted()
                    ? "queueOffset=" + now().queueOffset() + ", logOffset=" + now().logOffset()
                    : refusal().kind().toString();
        }

        @Override
        public void committed(AppendResult result) {
            if (!outcome.complete(result)) {
                throw new AssertionError("told twice");
            }
        }

        @Override
        public void failed(StoreException reason) {
            if (!outcome.completeExceptionally(reason)) {
                throw new AssertionError("told twice");
            }
        }
    }
}
