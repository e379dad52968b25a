package io.ternmq.interop.peer;

import static org.awaitility.Awaitility.await;

import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.Messaging;
import io.ternmq.interop.client.Outcome;
import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.client.TestProducer;
import io.ternmq.interop.client.TestTransactionProducer;
import io.ternmq.interop.driver.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs one release of the genuine client, for any number of producers and consumers. Thread safe: commands are
 * written one at a time, and one thread reads answers and messages.
 */
public final class GenuineClient implements Messaging, AutoCloseable {
    private static final int COMMAND_TIMEOUT_SECONDS = 60;
    private static final Duration FIRST_CONTACT = Duration.ofSeconds(60);

    private final String description;
    private final ChildJvm jvm;
    private final OutputStream commands;
    private final Map<String, CompletableFuture<Line>> waiting = new ConcurrentHashMap<>();
    private final Map<String, GenuineConsumer> consumers = new ConcurrentHashMap<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Set<String> reached = new HashSet<>();
    private final AtomicLong lastId = new AtomicLong();

    private GenuineClient(String description, ChildJvm jvm) {
        this.description = description;
        this.jvm = jvm;
        this.commands = jvm.process().getOutputStream();
    }

    /** Starts a process with {@code folder} as its home. */
    public static GenuineClient start(Path folder, GenuineVersion version, HeaderEncoding headers) {
        return start(folder, "client-" + version.number(), headers, version + " with " + headers + " headers");
    }

    /** Starts a process for {@link #mqAdmin}. */
    public static GenuineClient startTools(Path folder) {
        return start(folder, "tools-5.5.0", HeaderEncoding.JSON, "mqadmin 5.5.0");
    }

    private static GenuineClient start(Path folder, String peer, HeaderEncoding headers, String description) {
        List<String> options = List.of(
                "-Xmx256m",
                "-Drocketmq.serialize.type=" + headers,
                "-Drocketmq.client.localOffsetStoreDir=" + folder.resolve("offsets"),
                // A busy machine is no reason to give up a connection.
                "-Dcom.rocketmq.remoting.client.connect.timeout=10000",
                "-Dcom.rocketmq.remoting.client.closeSocketIfTimeout=false",
                "-Dfile.encoding=UTF-8");
        ChildJvm jvm = ChildJvm.startPiped(
                folder,
                ChildJvm.Program.ofClass(
                        ClassPaths.withDriver(peer), "io.ternmq.interop.driver.DriverMain", options, List.of()));
        GenuineClient client = new GenuineClient(description, jvm);
        Thread reader = new Thread(client::read, "interop-reader-" + folder.getFileName());
        reader.setDaemon(true);
        reader.start();
        client.awaitReady();
        return client;
    }

    @Override
    public TestProducer producer(ProducerSettings settings) {
        return genuineProducer(settings);
    }

    /** As {@link #producer}, with what only genuine producers can do here. */
    public GenuineProducer genuineProducer(ProducerSettings settings) {
        reach(settings.nameServer());
        return startProducer(settings, false);
    }

    /** As {@link #producer}, with a trace of each message. */
    public TestProducer tracedProducer(ProducerSettings settings) {
        reach(settings.nameServer());
        return startProducer(settings, false, null, true);
    }

    /** As {@link #consumer(ConsumerSettings)}, with a trace of each message. */
    public TestConsumer tracedConsumer(ConsumerSettings settings) {
        return consumer("tracedConsumer", settings, false);
    }

    /** Starts a consumer that replies to requests with their text and {@code re: } before it. */
    public AutoCloseable replier(ConsumerSettings settings) {
        reach(settings.nameServer());
        String name = nextName("replier");
        call(Line.of("replier")
                .with("name", name)
                .with("group", settings.group())
                .with("nameServer", settings.nameServer())
                .with("topic", settings.topic()));
        return () -> call(Line.of("stop").with("name", name));
    }

    /** As {@link #producer}; it may send to a topic that does not exist. */
    public GenuineProducer topicCreatingProducer(ProducerSettings settings) {
        reach(settings.nameServer());
        return startProducer(settings, true);
    }

    @Override
    public TestTransactionProducer transactionProducer(ProducerSettings settings, Outcome checkAnswer) {
        reach(settings.nameServer());
        return startProducer(settings, false, checkAnswer, false);
    }

    private GenuineProducer startProducer(ProducerSettings settings, boolean autoCreate) {
        return startProducer(settings, autoCreate, null, false);
    }

    private GenuineProducer startProducer(
            ProducerSettings settings, boolean autoCreate, @Nullable Outcome checkAnswer, boolean traced) {
        String name = nextName("producer");
        call(Line.of("producer")
                .with("checkAnswer", checkAnswer)
                .with("traced", traced)
                .with("name", name)
                .with("group", settings.group())
                .with("nameServer", settings.nameServer())
                .with("tls", settings.tls())
                .with("compression", settings.compression())
                .with("compressOver", settings.compressOver())
                .with("autoCreate", autoCreate));
        return new GenuineProducer(this, name);
    }

    @Override
    public TestConsumer consumer(ConsumerSettings settings) {
        return consumer("consumer", settings, false);
    }

    /** As {@link #consumer(ConsumerSettings)} and {@link #orderlyConsumer}, for so many messages that nobody should keep them all. */
    public TestConsumer consumer(ConsumerSettings settings, boolean orderly, Consumer<Delivered> listener) {
        return consumer("consumer", settings, orderly, listener);
    }

    @Override
    public TestConsumer orderlyConsumer(ConsumerSettings settings) {
        return consumer("consumer", settings, true);
    }

    @Override
    public TestConsumer litePuller(ConsumerSettings settings) {
        return consumer("litePuller", settings, false);
    }

    /** Starts a push consumer that lets the broker share out the queues, and pops where the broker says so; 5.x only. */
    public TestConsumer popConsumer(ConsumerSettings settings) {
        return consumer("popConsumer", settings, false);
    }

    private TestConsumer consumer(String kind, ConsumerSettings settings, boolean orderly) {
        return consumer(kind, settings, orderly, null);
    }

    private TestConsumer consumer(
            String kind, ConsumerSettings settings, boolean orderly, @Nullable Consumer<Delivered> listener) {
        reach(settings.nameServer());
        String name = nextName(kind);
        GenuineConsumer consumer = new GenuineConsumer(this, name, listener);
        consumers.put(name, consumer);
        call(Line.of(kind.equals("litePuller") ? kind : "consumer")
                .with("name", name)
                .with("group", settings.group())
                .with("nameServer", settings.nameServer())
                .with("topic", settings.topic())
                .with("expression", settings.expression())
                .with("sql", settings.sql())
                .with("traced", kind.equals("tracedConsumer"))
                .with("popping", kind.equals("popConsumer"))
                .with("broadcasting", settings.broadcasting())
                .with("tls", settings.tls())
                .with("retryTimes", settings.refusals())
                .with("orderly", orderly)
                .with("allocation", settings.allocation()));
        return consumer;
    }

    /**
     * Makes the process try until it has reached this name server once. Its first attempt loads half of its classes, and genuine
     * clients give up a connection after three seconds, whatever they are told.
     */
    private synchronized void reach(String nameServer) {
        if (reached.contains(nameServer)) {
            return;
        }
        try (GenuineProducer producer =
                startProducer(ProducerSettings.of(nameServer, "interop_first_contact"), false)) {
            await("first contact of " + this)
                    .atMost(FIRST_CONTACT)
                    .ignoreExceptions()
                    .until(() -> producer.writeQueues("TBW102") > 0);
        }
        reached.add(nameServer);
    }

    private void awaitReady() {
        try {
            if (!ready.await(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a genuine client does not start: " + jvm.describe());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting a genuine client", interrupted);
        }
    }

    /** Runs a command of mqadmin, in a process made for that, and returns what it printed. */
    public String mqAdmin(String... arguments) {
        Line.Builder command = Line.of("admin");
        for (int i = 0; i < arguments.length; i++) {
            command.with("argument." + i, arguments[i]);
        }
        return call(command).get("printed");
    }

    /** Sends a command and waits for its answer. */
    Line call(Line.Builder command) {
        return join(callAsync(command));
    }

    /** Sends a command; the answer comes later. A command that fails there fails here with the text of its exception. */
    CompletableFuture<Line> callAsync(Line.Builder command) {
        String id = Long.toString(lastId.incrementAndGet());
        CompletableFuture<Line> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        byte[] text = (command.with("id", id).build().text() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (commands) {
            try {
                commands.write(text);
                commands.flush();
            } catch (IOException ended) {
                throw new UncheckedIOException("a genuine client has ended: " + jvm.describe(), ended);
            }
        }
        return answer.orTimeout(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            String reason = cause instanceof TimeoutException ? "no answer" : String.valueOf(cause.getMessage());
            throw new IllegalStateException("a genuine client failed: reason=" + reason + ", " + jvm.describe(), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a genuine client", interrupted);
        }
    }

    /** Ends the process as a crash would, and waits until it is gone. */
    public void kill() {
        jvm.kill();
    }

    @Override
    public void close() {
        jvm.close();
    }

    @Override
    public String toString() {
        return description;
    }

    /** A name is also the client's instance name, so it must differ from those of all other processes. */
    private String nextName(String kind) {
        return kind + "-" + lastId.incrementAndGet() + "-" + jvm.process().pid();
    }

    private void read() {
        try (BufferedReader lines = jvm.process().inputReader(StandardCharsets.UTF_8)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                accept(Line.parse(text));
            }
        } catch (IOException ended) {
            waiting.values().forEach(answer -> answer.completeExceptionally(ended));
        }
        waiting.values().forEach(answer -> answer.completeExceptionally(new IOException("the process has ended")));
    }

    private void accept(Line line) {
        switch (line.word()) {
            case "message" -> {
                GenuineConsumer consumer = consumers.get(line.get("name"));
                if (consumer != null) {
                    consumer.accept(line);
                }
            }
            case "ok" -> answerTo(line).complete(line);
            case "failed" -> answerTo(line).completeExceptionally(new IllegalStateException(line.get("error")));
            case "ready" -> ready.countDown();
            default -> throw new IllegalStateException("unexpected line: " + line.text());
        }
    }

    private CompletableFuture<Line> answerTo(Line line) {
        CompletableFuture<Line> answer = waiting.remove(line.get("id"));
        return answer == null ? new CompletableFuture<>() : answer;
    }
}
