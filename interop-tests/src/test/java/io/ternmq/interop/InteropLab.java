package io.ternmq.interop;

import io.ternmq.interop.client.ProducerSettings;
import io.ternmq.interop.client.TernMQMessaging;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineBroker;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineProducer;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.interop.peer.StreamSample;
import io.ternmq.interop.peer.TernMQBroker;
import io.ternmq.interop.peer.TernMQServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The processes that the tests share: each is started when the first test asks for it and ended after the last test of the run.
 * A test class asks for the lab by a parameter of this type and by {@code @ExtendWith(InteropLab.Resolver.class)}. Thread safe.
 */
public final class InteropLab implements AutoCloseable {
    private final Path folder;
    private final Map<String, Object> started = new HashMap<>();
    private final Deque<Runnable> toClose = new ArrayDeque<>();
    private final AtomicInteger names =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(10_000) * 1_000);

    private InteropLab(Path folder) {
        this.folder = folder;
    }

    /** The genuine broker. */
    public synchronized GenuineBroker genuineBroker() {
        return started("genuine-broker", GenuineBroker.class, GenuineBroker::start);
    }

    /** A genuine broker of its own for one test, which closes it, with its name server at a port that was free until now. */
    public GenuineBroker freshGenuineBroker(int nameServerPort) {
        return GenuineBroker.start(folder.resolve(name("fresh-genuine-broker")), nameServerPort);
    }

    /** A genuine broker of its own for one test class, which closes it, that serves only who has these credentials. */
    public GenuineBroker guardedGenuineBroker(String accessKey, String secretKey) {
        return GenuineBroker.startGuarded(folder.resolve(name("guarded-genuine-broker")), accessKey, secretKey);
    }

    /** TernMQ's broker, in this process. */
    public synchronized TernMQBroker ternmqBroker() {
        return started("ternmq-broker", TernMQBroker.class, TernMQBroker::start);
    }

    /** TernMQ's executable, in a process of its own for one test, which closes it. */
    public TernMQServer ternmqServer() {
        return TernMQServer.start(folder.resolve(name("ternmq-server")));
    }

    /** The stream sample, in a process of its own for one test, which closes it. */
    public StreamSample streamSample(String... arguments) {
        return StreamSample.start(folder.resolve(name("stream-sample")), arguments);
    }

    /** The process of one release of the genuine client with one form of headers. */
    public synchronized GenuineClient genuineClient(GenuineVersion version, HeaderEncoding headers) {
        return started(
                "client-" + version.number() + "-" + headers,
                GenuineClient.class,
                home -> GenuineClient.start(home, version, headers));
    }

    /** TernMQ's client, in this process. */
    public synchronized TernMQMessaging ternmqClient() {
        return started("ternmq-client", TernMQMessaging.class, TernMQMessaging::new);
    }

    /** A process of its own for one test, which closes it. */
    public GenuineClient freshClient(GenuineVersion version) {
        return GenuineClient.start(folder.resolve(name("fresh")), version, HeaderEncoding.JSON);
    }

    /** The process that runs the genuine mqadmin. */
    public synchronized GenuineClient mqAdmin() {
        return started("mqadmin", GenuineClient.class, GenuineClient::startTools);
    }

    /** One of its own, for a command that goes on with the connections of its first use. The caller closes it. */
    public GenuineClient freshMqAdmin() {
        return GenuineClient.startTools(folder.resolve(name("fresh-mqadmin")));
    }

    /** A genuine producer that creates topics on that broker, and sends to chosen queues, for tests about something else. */
    public synchronized GenuineProducer tool(BrokerTarget broker) {
        return started(
                "tool-" + broker.nameServer().replace(':', '-'),
                GenuineProducer.class,
                home -> genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON)
                        .genuineProducer(ProducerSettings.of(broker.nameServer(), "interop_tool")));
    }

    /** Returns a name for a topic or group that no other test uses. */
    public String name(String kind) {
        return kind + "_" + names.incrementAndGet();
    }

    @Override
    public synchronized void close() throws IOException {
        toClose.forEach(Runnable::run);
        toClose.clear();
        deleteStores();
    }

    private interface Starter<T> {
        T start(Path home);
    }

    private <T> T started(String name, Class<T> type, Starter<T> starter) {
        Object resource = started.get(name);
        if (resource == null) {
            T fresh = starter.start(folder.resolve(name));
            started.put(name, fresh);
            // What a process of another resource holds ends with that process.
            if (fresh instanceof BrokerTarget broker) {
                toClose.push(broker::close);
            } else if (fresh instanceof GenuineClient client) {
                toClose.push(client::close);
            }
            return fresh;
        }
        return type.cast(resource);
    }

    /** The logs stay for the reader; the brokers' data would only fill the disk. */
    private void deleteStores() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path store : found.filter(path -> path.endsWith("store")).toList()) {
                deleteTree(store);
            }
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Gives the lab to constructors and methods of tests. */
    public static final class Resolver implements ParameterResolver {
        private static final Namespace NAMESPACE = Namespace.create(InteropLab.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == InteropLab.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(InteropLab.class, type -> open(), InteropLab.class);
        }

        private static InteropLab open() {
            Path folder = Path.of("target", "interop").toAbsolutePath();
            try {
                deleteTree(folder);
                Files.createDirectories(folder);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return new InteropLab(folder);
        }
    }
}
