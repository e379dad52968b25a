package io.ternmq.client.internal.trace;

import io.netty.buffer.Unpooled;
import io.ternmq.client.internal.connection.ClientRuntime;
import io.ternmq.client.internal.connection.Connections;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.UniqueIds;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the producers and consumers of a client tell about their messages to the trace topic, many records in one message.
 *
 * <p>Tracing is a guest: it takes at most {@value #MOST_PER_SECOND} records a second, drops what does not fit, keeps one message in flight, and its
 * failures are nobody's. Where there is no trace topic it looks again after a while.
 */
public final class Tracer implements AutoCloseable {

    /** Where trace records go. */
    public static final String TOPIC = "RMQ_SYS_TRACE_TOPIC";

    private static final Logger LOGGER = LoggerFactory.getLogger(Tracer.class);
    private static final String GROUP = "_INNER_TRACE_PRODUCER";
    private static final int MOST_PER_SECOND = 5_000;
    private static final int QUEUE = 4_096;
    private static final int RECORDS_IN_MESSAGE = 400;
    private static final int CHARS_IN_MESSAGE = 120_000;
    /** All properties of a message must fit into 32,767 bytes, and keys may be of any alphabet. */
    private static final int KEY_BYTES_IN_MESSAGE = 24_000;

    private static final long FLUSH_MILLIS = 200;
    private static final long LOOK_AGAIN_SECONDS = 30;
    private static final long CLOSE_MILLIS = 1_000;

    private final boolean enabled;
    private final String clientHost;
    private final Connections connections;
    private final TopicRoutes routes;
    private final ClientRuntime runtime;
    private final UniqueIds ids;
    private final Queue<Supplier<TraceRecord>> waiting = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong second = new AtomicLong();
    private final AtomicInteger taken = new AtomicInteger();
    private volatile long pausedUntilNanos = System.nanoTime();

    /**
     * Creates one.
     *
     * @param enabled whether anything is traced
     * @param clientHost the address of this client, for people
     */
    public Tracer(
            boolean enabled,
            String clientHost,
            Connections connections,
            TopicRoutes routes,
            ClientRuntime runtime,
            UniqueIds ids) {
        this.enabled = enabled;
        this.clientHost = clientHost;
        this.connections = connections;
        this.routes = routes;
        this.runtime = runtime;
        this.ids = ids;
    }

    /** The address of this client. */
    public String clientHost() {
        return clientHost;
    }

    /** An id for a call of a listener. */
    public String nextRequestId() {
        return ids.next();
    }

    /** Whether one more record is welcome now; who is told so should add one. Costs next to nothing. */
    public boolean isWelcome() {
        if (!enabled) {
            return false;
        }
        long now = System.nanoTime();
        if (pausedUntilNanos - now > 0) {
            return false;
        }
        long current = now / 1_000_000_000;
        if (second.get() != current) {
            second.set(current);
            taken.set(0);
        }
        return taken.get() < MOST_PER_SECOND && taken.incrementAndGet() <= MOST_PER_SECOND;
    }

    /** Takes a record, to be made later on another thread; drops it if too many are waiting. */
    public void add(Supplier<TraceRecord> record) {
        if (enabled && waiting.offer(record) && flushing.compareAndSet(false, true)) {
            flushLater(FLUSH_MILLIS);
        }
    }

    /** Sends one message, and after its answer the next: at once if that can be full, else when a little more has come together. */
    private void flush() {
        CompletableFuture<?> unused = sendSome().whenComplete((reply, error) -> {
            if (error != null) {
                LOGGER.debug("trace records are lost: reason={}", error.toString());
            }
            if (!waiting.isEmpty()) {
                flushLater(waiting.size() < RECORDS_IN_MESSAGE ? FLUSH_MILLIS : 0);
                return;
            }
            flushing.set(false);
            if (!waiting.isEmpty() && flushing.compareAndSet(false, true)) {
                flushLater(FLUSH_MILLIS);
            }
        });
    }

    private void flushLater(long millis) {
        var unused = runtime.later(millis, TimeUnit.MILLISECONDS, this::flush);
    }

    private CompletableFuture<?> sendSome() {
        StringBuilder text = new StringBuilder();
        Set<String> keys = new LinkedHashSet<>();
        int keyBytes = 0;
        for (int i = 0; i < RECORDS_IN_MESSAGE && text.length() < CHARS_IN_MESSAGE; i++) {
            if (keyBytes >= KEY_BYTES_IN_MESSAGE) {
                break;
            }
            Supplier<TraceRecord> next = waiting.poll();
            if (next == null) {
                break;
            }
            TraceRecord entry = next.get();
            TraceCodec.write(text, entry);
            keyBytes += addKeys(keys, entry, KEY_BYTES_IN_MESSAGE - keyBytes);
        }
        if (text.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return routes.forReceiving(TOPIC)
                .whenComplete((route, error) -> {
                    if (error != null || route.writeQueues().isEmpty()) {
                        pausedUntilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOOK_AGAIN_SECONDS);
                        waiting.clear();
                    }
                })
                .thenCompose(route -> send(route, text.toString(), String.join(" ", keys)));
    }

    /** The message's id, and its own keys as long as there is room. */
    private static int addKeys(Set<String> keys, TraceRecord entry, int room) {
        int bytes = keys.add(entry.messageId()) ? entry.messageId().length() + 1 : 0;
        int more = entry.keys().length() * 3 + 1;
        if (!entry.keys().isBlank() && bytes + more < room && keys.add(entry.keys())) {
            bytes += more;
        }
        return bytes;
    }

    private CompletableFuture<Reply> send(Route route, String text, String keys) {
        List<MessageQueue> queues = route.writeQueues();
        if (queues.isEmpty()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the trace topic takes no messages"));
        }
        MessageQueue queue = queues.get(Math.floorMod(turn.getAndIncrement(), queues.size()));
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(PropertyNames.UNIQ_KEY, ids.next());
        properties.put(PropertyNames.WAIT, "true");
        properties.put(PropertyNames.KEYS, keys);
        Fields fields = new SendHeader(
                        GROUP,
                        TOPIC,
                        TopicRoutes.TEMPLATE_TOPIC,
                        TopicRoutes.DEFAULT_QUEUES,
                        queue.queueId(),
                        0,
                        System.currentTimeMillis(),
                        0,
                        MessageProperties.encode(properties),
                        0,
                        null,
                        false)
                .encode();
        return connections.request(
                String.valueOf(route.masterAddress(queue.brokerName())),
                RequestCode.SEND_MESSAGE_V2,
                fields,
                Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)),
                connections.requestTimeoutNanos());
    }

    /** Sends what is waiting, for a short while; what is left is lost. Blocks. */
    @Override
    public void close() {
        if (runtime.isOwnThread()) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        try {
            while (!waiting.isEmpty() && end - System.nanoTime() > 0) {
                sendSome().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOGGER.debug("trace records are lost at the end: reason={}", e.toString());
        }
    }
}
