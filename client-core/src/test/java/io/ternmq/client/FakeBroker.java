package io.ternmq.client;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.ConsumerIdList;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.LockRequest;
import io.ternmq.protocol.body.LockResult;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import io.ternmq.protocol.header.PullHeader;
import io.ternmq.protocol.header.PullResultHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A broker and name server that keeps messages in memory and does what a test tells it: any request can be answered
 * otherwise, or not at all. Real sockets, one thread for each connection.
 */
public final class FakeBroker implements AutoCloseable {

    /** Answers a request; {@code null} for silence. */
    @FunctionalInterface
    public interface Script {
        @Nullable
        Command answer(Command request) throws CommandException;
    }

    /** A request as it came. */
    public record Received(RequestCode code, Fields fields, String body, boolean oneway) {}

    private record Held(Socket socket, Command request) {}

    private final String name;
    private final int port;
    private final Map<String, TopicRouteData> routes = new ConcurrentHashMap<>();
    private final Map<RequestCode, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, List<StoredMessage>> queues = new ConcurrentHashMap<>();
    private final Map<String, Long> offsets = new ConcurrentHashMap<>();
    private final Map<Socket, String> clientIds = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Queue<Command> responses = new ConcurrentLinkedQueue<>();
    private final Queue<Held> held = new ConcurrentLinkedQueue<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<String> otherMembers = ConcurrentHashMap.newKeySet();
    private volatile CompletableFuture<@Nullable Void> sendGate = CompletableFuture.completedFuture(null);
    private final Map<String, String> locks = new ConcurrentHashMap<>();
    private ServerSocket server;

    public FakeBroker(String name) {
        this.name = name;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = server.getLocalPort();
        accept(server);
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public ClientConfig client() {
        return ClientConfig.of(address());
    }

    /** Makes a topic that is at this broker alone. */
    public FakeBroker topic(String topic, int queueCount) {
        return route(topic, queueCount, Map.of(name, address()));
    }

    /** Makes a topic with as many queues on each of some brokers. */
    public FakeBroker route(String topic, int queueCount, Map<String, String> brokers) {
        List<QueueData> queueDatas = new ArrayList<>();
        List<BrokerData> brokerDatas = new ArrayList<>();
        brokers.forEach((broker, address) -> {
            queueDatas.add(new QueueData(broker, queueCount, queueCount, 6, 0, 0));
            brokerDatas.add(new BrokerData("c", broker, Map.of(0L, address), false));
        });
        routes.put(topic, new TopicRouteData(null, queueDatas, brokerDatas, Map.of()));
        return this;
    }

    /** Answers all requests of a kind by a script. */
    public void on(RequestCode code, Script script) {
        scripts.put(code, script);
    }

    /** Goes back to the usual behaviour. */
    public void asUsual(RequestCode code) {
        scripts.remove(code);
    }

    /** Lets sends wait, seen but neither stored nor answered, until {@link #resumeSends}. */
    public void pauseSends() {
        sendGate = new CompletableFuture<>();
    }

    /** Goes on with what has waited, in its order. */
    public void resumeSends() {
        sendGate.complete(null);
    }

    /** All requests of a kind so far. */
    public List<Received> received(RequestCode code) {
        return received.stream().filter(request -> request.code() == code).toList();
    }

    /** The kinds of all requests so far, in order. */
    public List<RequestCode> codes() {
        return received.stream().map(Received::code).toList();
    }

    /** What is stored in a queue. */
    public List<StoredMessage> stored(String topic, int queueId) {
        List<StoredMessage> messages = queue(topic, queueId);
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /** How many messages of a topic are stored. */
    public long storedCount(String topic) {
        return queues.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(topic + "#"))
                .mapToLong(entry -> entry.getValue().size())
                .sum();
    }

    /** The offset that a group has committed, or -1. */
    public long committed(String group, String topic, int queueId) {
        return offsets.getOrDefault(group + "@" + topic + "#" + queueId, -1L);
    }

    public void commit(String group, String topic, int queueId, long offset) {
        offsets.put(group + "@" + topic + "#" + queueId, offset);
    }

    /** Adds a member to every group; {@link #notifyMembersChanged} tells the clients. */
    public void addMember(String clientId) {
        otherMembers.add(clientId);
    }

    public void removeMember(String clientId) {
        otherMembers.remove(clientId);
    }

    /** Gives the lock on a queue to a client. */
    public void lock(String topic, int queueId, String clientId) {
        locks.put(topic + "#" + queueId, clientId);
    }

    /** Takes the lock on a queue from whoever has it. */
    public void unlock(String topic, int queueId) {
        locks.remove(topic + "#" + queueId);
    }

    /** Whether anybody has the lock on a queue. */
    public boolean isLocked(String topic, int queueId) {
        return locks.containsKey(topic + "#" + queueId);
    }

    /** Tells all clients that a group's members have changed. */
    public void notifyMembersChanged(String group) {
        for (Socket socket : sockets) {
            write(
                    socket,
                    Command.oneway(
                            RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
                            1,
                            Fields.of("consumerGroup", group),
                            Unpooled.EMPTY_BUFFER,
                            HeaderFormat.JSON));
        }
    }

    /** Asks something of all clients. */
    public void ask(RequestCode code, Fields fields) {
        sockets.forEach(socket -> write(socket, Command.request(code, 4711, fields)));
    }

    /** Sends a request that is not answered to all clients. */
    public void push(RequestCode code, Fields fields, byte[] body) {
        sockets.forEach(socket ->
                write(socket, Command.oneway(code, 1, fields, Unpooled.wrappedBuffer(body), HeaderFormat.JSON)));
    }

    /** What clients have answered. */
    public List<Command> responses() {
        return List.copyOf(responses);
    }

    /** Closes all connections; new ones are accepted. */
    public void dropConnections() {
        sockets.forEach(FakeBroker::close);
    }

    /** Closes everything but keeps what is stored, for {@link #restart}. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        dropConnections();
    }

    /** Comes back at the same port, as soon as nobody else has borrowed it for a connection. */
    public void restart() {
        await().ignoreExceptionsInstanceOf(BindException.class).until(() -> {
            ServerSocket again = new ServerSocket();
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            server = again;
            return true;
        });
        accept(server);
    }

    @Override
    public void close() {
        resumeSends();
        stop();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    sockets.add(socket);
                    if (listening.isClosed()) {
                        // It came just before the end, and too late to be closed with the others.
                        socket.close();
                        return;
                    }
                    start(() -> serve(socket, listening));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "fake-broker-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket, ServerSocket listening) {
        ByteBuf in = Unpooled.buffer();
        byte[] chunk = new byte[64 * 1024];
        try (socket) {
            InputStream stream = socket.getInputStream();
            for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                in.writeBytes(chunk, 0, read);
                Command request = new FrameDecoder().decode(in);
                while (request != null && !listening.isClosed()) {
                    handle(socket, request);
                    request = new FrameDecoder().decode(in);
                }
                in.discardReadBytes();
            }
        } catch (IOException | MalformedFrameException e) {
            // The client has gone, or the test has closed the connection.
        } finally {
            sockets.remove(socket);
            clientIds.remove(socket);
        }
    }

    private void handle(Socket socket, Command request) {
        if (request.isResponse()) {
            responses.add(request);
            return;
        }
        RequestCode code = RequestCode.of(request.code());
        if (code == null) {
            write(socket, request.fail(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "unknown"));
            return;
        }
        byte[] body = ByteBufUtil.getBytes(request.body());
        received.add(new Received(
                code, request.fields(), new String(body, java.nio.charset.StandardCharsets.UTF_8), request.isOneway()));
        if (code == RequestCode.SEND_MESSAGE_V2 || code == RequestCode.SEND_BATCH_MESSAGE) {
            sendGate.join();
        }
        Script script = scripts.get(code);
        try {
            Command answer = script == null ? answer(socket, code, request, body) : script.answer(request);
            if (answer != null && !request.isOneway()) {
                write(socket, answer);
            }
        } catch (CommandException e) {
            write(socket, request.fail(e.code(), e.remark()));
        }
    }

    private @Nullable Command answer(Socket socket, RequestCode code, Command request, byte[] body)
            throws CommandException {
        Fields fields = request.fields();
        return switch (code) {
            case GET_ROUTEINFO_BY_TOPIC -> route(request);
            case HEART_BEAT -> {
                clientIds.put(
                        socket, JsonBodies.decode(body, HeartbeatData.class).clientId());
                yield request.respond(Fields.empty());
            }
            case UNREGISTER_CLIENT -> request.respond(Fields.empty());
            case GET_CONSUMER_LIST_BY_GROUP -> members(request);
            case SEND_MESSAGE_V2, SEND_BATCH_MESSAGE -> store(request);
            case QUERY_CONSUMER_OFFSET -> {
                long offset = committed(
                        fields.require("consumerGroup"), fields.require("topic"), fields.requireInt("queueId"));
                yield offset < 0
                        ? request.fail(ResponseCode.QUERY_NOT_FOUND, "none")
                        : request.respond(Fields.of("offset", Long.toString(offset)));
            }
            case UPDATE_CONSUMER_OFFSET -> {
                commit(
                        fields.require("consumerGroup"),
                        fields.require("topic"),
                        fields.requireInt("queueId"),
                        fields.requireLong("commitOffset"));
                yield request.respond(Fields.empty());
            }
            case GET_MAX_OFFSET ->
                request.respond(Fields.of(
                        "offset",
                        Long.toString(stored(fields.require("topic"), fields.requireInt("queueId"))
                                .size())));
            case GET_MIN_OFFSET -> request.respond(Fields.of("offset", "0"));
            case CONSUMER_SEND_MSG_BACK -> request.respond(Fields.empty());
            case LOCK_BATCH_MQ -> lock(request, body);
            case UNLOCK_BATCH_MQ -> {
                LockRequest unlock = JsonBodies.decode(body, LockRequest.class);
                unlock.mqSet().forEach(queue -> locks.remove(queue.topic() + "#" + queue.queueId(), unlock.clientId()));
                yield request.respond(Fields.empty());
            }
            case PULL_MESSAGE, LITE_PULL_MESSAGE -> pull(socket, request);
            default -> request.fail(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "not in this fake");
        };
    }

    private Command lock(Command request, byte[] body) throws CommandException {
        LockRequest lock = JsonBodies.decode(body, LockRequest.class);
        Set<MessageQueue> held = new HashSet<>();
        for (MessageQueue queue : lock.mqSet()) {
            String owner = locks.putIfAbsent(queue.topic() + "#" + queue.queueId(), lock.clientId());
            if (owner == null || owner.equals(lock.clientId())) {
                held.add(queue);
            }
        }
        return request.respond(ResponseCode.SUCCESS, null, Fields.empty(), JsonBodies.encode(new LockResult(held)));
    }

    private Command route(Command request) throws CommandException {
        TopicRouteData route = routes.get(request.fields().require("topic"));
        return route == null
                ? request.fail(ResponseCode.TOPIC_NOT_EXIST, "no route")
                : request.respond(ResponseCode.SUCCESS, null, Fields.empty(), JsonBodies.encode(route));
    }

    private Command members(Command request) {
        List<String> members = new ArrayList<>(new java.util.TreeSet<>(clientIds.values()));
        members.addAll(otherMembers);
        return request.respond(
                ResponseCode.SUCCESS, null, Fields.empty(), JsonBodies.encode(new ConsumerIdList(members)));
    }

    /** Stores what a send brings, as usual; for scripts. */
    public Command store(Command request) throws CommandException {
        byte[] body = ByteBufUtil.getBytes(request.body());
        SendHeader header = SendHeader.decode(request.fields());
        List<BatchBody.Received> items;
        try {
            items = header.batch()
                    ? BatchBody.decode(ByteBuffer.wrap(body))
                    : List.of(new BatchBody.Received(header.flag(), ByteBuffer.wrap(body), header.properties()));
        } catch (MalformedMessageException e) {
            throw new CommandException(ResponseCode.MESSAGE_ILLEGAL, e.toString());
        }
        long first = -1;
        for (BatchBody.Received item : items) {
            byte[] bytes = new byte[item.body().remaining()];
            item.body().get(bytes);
            long offset = store(header.topic(), header.queueId(), header.sysFlag(), bytes, item.properties());
            first = first < 0 ? offset : first;
        }
        String ids = String.join(",", Collections.nCopies(items.size(), "7F00000100002A9F0000000000000000"));
        SendResultHeader result = new SendResultHeader(ids, header.queueId(), first, null, "r", false);
        return request.respond(result.encode());
    }

    /** Puts a message into a queue, as if a producer had sent it. */
    public long store(String topic, int queueId, int sysFlag, byte[] body, String properties) {
        List<StoredMessage> messages = queue(topic, queueId);
        long offset;
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        synchronized (messages) {
            offset = messages.size();
            messages.add(new StoredMessage(
                    topic, queueId, 0, offset, offset * 1000, sysFlag, 1, host, 2, host, 0, 0, body, properties));
        }
        List<Held> waiting = new ArrayList<>();
        for (Held next = held.poll(); next != null; next = held.poll()) {
            waiting.add(next);
        }
        waiting.forEach(this::resume);
        return offset;
    }

    private void resume(Held waiting) {
        try {
            Command answer = pull(waiting.socket(), waiting.request());
            if (answer != null) {
                write(waiting.socket(), answer);
            }
        } catch (CommandException e) {
            throw new IllegalStateException("it was readable before", e);
        }
    }

    private List<StoredMessage> queue(String topic, int queueId) {
        return queues.computeIfAbsent(topic + "#" + queueId, key -> new ArrayList<>());
    }

    private @Nullable Command pull(Socket socket, Command request) throws CommandException {
        PullHeader header = PullHeader.decode(request.fields());
        List<StoredMessage> all = stored(header.topic(), header.queueId());
        int from = (int) Math.min(header.queueOffset(), all.size());
        List<StoredMessage> found = all.subList(from, Math.min(all.size(), from + header.maxMessages()));
        if (found.isEmpty()) {
            held.add(new Held(socket, request));
            if (stored(header.topic(), header.queueId()).size() > from && held.remove(new Held(socket, request))) {
                return pull(socket, request);
            }
            return null;
        }
        return found(request, found, all.size());
    }

    /** The answer of a pull that finds messages. */
    public static Command found(Command request, List<StoredMessage> found, long maxOffset) {
        ByteBuffer records = ByteBuffer.allocate(
                found.stream().mapToInt(StoredMessage::encodedSize).sum());
        found.forEach(message -> message.writeTo(records));
        long next = found.get(found.size() - 1).queueOffset() + 1;
        return request.respond(
                ResponseCode.SUCCESS,
                "FOUND",
                new PullResultHeader(0, next, 0, maxOffset).encode(),
                Unpooled.wrappedBuffer(records.flip()));
    }

    private void write(Socket socket, Command command) {
        ByteBuf frame = FrameEncoder.encode(command, UnpooledByteBufAllocator.DEFAULT);
        byte[] bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        synchronized (socket) {
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // The client has gone.
            }
        }
    }

    /** The committed offsets, for messages of assertions. */
    @Override
    public String toString() {
        return "FakeBroker[offsets=" + new LinkedHashMap<>(offsets) + ", codes=" + codes() + "]";
    }
}
