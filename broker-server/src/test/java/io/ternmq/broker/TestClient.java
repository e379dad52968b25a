package io.ternmq.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.Language;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.ConsumerData;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.ProducerData;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.StoredMessage;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client of few words for tests: speaks commands over a plain socket, one thread reads. */
final class TestClient implements Closeable {
    private final Socket socket;
    private final FrameDecoder decoder = new FrameDecoder();
    private final AtomicInteger opaque = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Command>> waiting = new ConcurrentHashMap<>();
    private final BlockingQueue<Command> pushed = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final HeaderFormat format;
    private final int version;

    TestClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port), HeaderFormat.JSON, 479);
    }

    TestClient(Socket socket, HeaderFormat format, int version) throws IOException {
        this.socket = socket;
        this.format = format;
        this.version = version;
        socket.setTcpNoDelay(true);
        Thread reader = new Thread(this::read, "test-client");
        reader.setDaemon(true);
        reader.start();
    }

    /** Sends a request and waits for its answer. */
    Command call(RequestCode code, Fields fields) {
        return call(code, fields, new byte[0]);
    }

    Command call(RequestCode code, Fields fields, byte[] body) {
        return join(start(code.number(), fields, body));
    }

    Command call(RequestCode code, Fields fields, ByteBuf body) {
        return call(code, fields, ByteBufUtil.getBytes(body));
    }

    /** Sends a request and does not wait. */
    CompletableFuture<Command> start(int code, Fields fields, byte[] body) {
        int id = opaque.incrementAndGet();
        CompletableFuture<Command> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        write(new Command(code, Language.JAVA, version, id, 0, null, fields, Unpooled.wrappedBuffer(body), format));
        return answer;
    }

    /** Sends a request that is not answered. */
    void oneway(RequestCode code, Fields fields, byte[] body) {
        write(new Command(
                code.number(),
                Language.JAVA,
                version,
                opaque.incrementAndGet(),
                Command.ONEWAY,
                null,
                fields,
                Unpooled.wrappedBuffer(body),
                format));
    }

    /** Returns the next request of the broker's own. */
    Command pushed() {
        try {
            Command command = pushed.poll(30, TimeUnit.SECONDS);
            if (command == null) {
                throw new AssertionError("the broker has sent nothing");
            }
            return command;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers a request of the broker's own. */
    void answer(Command request, ResponseCode code, String remark, ByteBuf body) {
        write(request.respond(code, remark, Fields.empty(), body));
    }

    int pushedCount() {
        return pushed.size();
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    Command send(String topic, int queue, String body, Map<String, String> properties) {
        return join(startSend(topic, queue, body, properties));
    }

    Command send(String topic, String body) {
        return send(topic, 0, body, Map.of());
    }

    CompletableFuture<Command> startSend(String topic, int queue, String body, Map<String, String> properties) {
        return start(
                RequestCode.SEND_MESSAGE_V2.number(),
                sendHeader(topic, queue, properties).encode(),
                body.getBytes(StandardCharsets.UTF_8));
    }

    static SendHeader sendHeader(String topic, int queue, Map<String, String> properties) {
        return new SendHeader(
                "pg",
                topic,
                "TBW102",
                4,
                queue,
                0,
                1_763_637_600_000L,
                7,
                MessageProperties.encode(properties),
                0,
                null,
                false);
    }

    Command heartbeat(String clientId, String group, SubscriptionData... subscriptions) {
        return heartbeat(clientId, group, "CLUSTERING", subscriptions);
    }

    Command heartbeat(String clientId, String group, String model, SubscriptionData... subscriptions) {
        HeartbeatData data = new HeartbeatData(
                clientId,
                Set.of(new ProducerData("pg")),
                Set.of(new ConsumerData(
                        group, "CONSUME_PASSIVELY", model, "CONSUME_FROM_LAST_OFFSET", Set.of(subscriptions), false)),
                0,
                false);
        return call(RequestCode.HEART_BEAT, Fields.empty(), JsonBodies.encode(data));
    }

    CompletableFuture<Command> startPull(
            String group, String topic, int queue, long offset, long waitMillis, long version) {
        int flags = waitMillis > 0 ? PullHeader.SUSPEND : 0;
        return startPull(new PullHeader(
                group, topic, queue, offset, 32, flags, 0, waitMillis, version, null, PullHeader.TAG, -1));
    }

    CompletableFuture<Command> startPull(PullHeader header) {
        return start(RequestCode.PULL_MESSAGE.number(), header.encode(), new byte[0]);
    }

    Command pull(String group, String topic, int queue, long offset) {
        return join(startPull(group, topic, queue, offset, 0, 1));
    }

    /** Pulls all tags of a topic without a heartbeat, as pull consumers do. */
    Command pullAll(String group, String topic, int queue, long offset, long waitMillis) {
        int flags = PullHeader.SUBSCRIPTION | (waitMillis > 0 ? PullHeader.SUSPEND : 0);
        return join(startPull(
                new PullHeader(group, topic, queue, offset, 32, flags, 0, waitMillis, 0, "*", PullHeader.TAG, -1)));
    }

    static List<StoredMessage> messages(Command answer) {
        try {
            return StoredMessage.readAll(answer.body().nioBuffer());
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> bodies(Command answer) {
        return messages(answer).stream()
                .map(message -> new String(message.body(), StandardCharsets.UTF_8))
                .toList();
    }

    static <T> T decode(Command answer, Class<T> type) {
        try {
            return JsonBodies.decodeWithObjectKeys(answer.body(), type);
        } catch (CommandException e) {
            throw new AssertionError(e.remark(), e);
        }
    }

    static Command join(CompletableFuture<Command> answer) {
        try {
            return answer.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private synchronized void write(Command command) {
        ByteBuf frame = FrameEncoder.encode(command, ByteBufAllocator.DEFAULT);
        try {
            socket.getOutputStream().write(ByteBufUtil.getBytes(frame));
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            frame.release();
        }
    }

    private void read() {
        try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                int length = in.readInt();
                byte[] frame = new byte[4 + length];
                in.readFully(frame, 4, length);
                ByteBuf bytes = Unpooled.wrappedBuffer(frame).setInt(0, length);
                @Nullable Command command = decoder.decode(bytes);
                if (command == null) {
                    throw new EOFException("frame is incomplete");
                }
                if (!command.isResponse()) {
                    pushed.add(command);
                    continue;
                }
                CompletableFuture<Command> answer = waiting.remove(command.opaque());
                if (answer == null) {
                    throw new AssertionError("answer to nothing: " + command);
                }
                answer.complete(command);
            }
        } catch (IOException | MalformedFrameException e) {
            closed.complete(null);
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }
}
