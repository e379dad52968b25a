package io.ternmq.benchmarks.spring;

import io.ternmq.broker.Broker;
import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.core.ConsumerFactory;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** A message on its way from the consumer to the application's code: by the client's interface, and by an annotated method. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls what is marked by @Setup first.
public class ListenerCallBenchmark {

    /** A payload. */
    public record OrderCreated(String orderId, String item, BigDecimal amount) {}

    /** The application's code. */
    public static class Application {

        private final AtomicLong sum = new AtomicLong();

        /** The client's own types. */
        @MessageListener(topics = "orders", group = "raw")
        public void raw(Message message) {
            sum.lazySet(message.getBody().length);
        }

        /** Text. */
        @MessageListener(topics = "orders", group = "text")
        public void text(String text) {
            sum.lazySet(text.length());
        }

        /** JSON. */
        @MessageListener(topics = "orders", group = "json")
        public void json(OrderCreated created) {
            sum.lazySet(created.item().length());
        }
    }

    private final ConsumeContext context = () -> "group";
    private final Map<String, io.ternmq.client.MessageListener> listeners = new ConcurrentHashMap<>();
    private final JsonMapper json = JsonMapper.builder().build();
    private final Application application = new Application();
    private Broker broker;
    private AnnotationConfigApplicationContext spring;
    private Message message;
    private io.ternmq.client.MessageListener raw;
    private io.ternmq.client.MessageListener text;
    private io.ternmq.client.MessageListener payload;

    /** Lets an application start whose consumers are none: they keep the listeners that they are given, for this to call. */
    @Setup
    public void prepare() throws IOException {
        message = new Message(
                "orders",
                "create",
                "{\"orderId\":\"6ab4d645\",\"item\":\"espresso cup\",\"amount\":12.50}"
                        .getBytes(StandardCharsets.UTF_8));
        message.setKey("6ab4d645");
        broker = Broker.start();
        spring = new AnnotationConfigApplicationContext();
        spring.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("benchmark", Map.of("ternmq.name-server", broker.address())));
        spring.registerBean(
                ConsumerFactory.class,
                () -> proxy(ConsumerFactory.class, (factory, method, arguments) -> {
                    ConsumerConfig config = (ConsumerConfig) arguments[0];
                    return proxy(method.getReturnType(), (consumer, call, given) -> {
                        if (call.getName().equals("subscribe")) {
                            listeners.put(config.groupId(), (io.ternmq.client.MessageListener) given[2]);
                        }
                        return call.getReturnType() == boolean.class ? (Object) false : null;
                    });
                }));
        spring.registerBean(Application.class, () -> application);
        spring.register(TernMQAutoConfiguration.class);
        spring.refresh();
        raw = Objects.requireNonNull(listeners.get("raw"));
        text = Objects.requireNonNull(listeners.get("text"));
        payload = Objects.requireNonNull(listeners.get("json"));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Closes both. */
    @TearDown
    public void close() {
        spring.close();
        broker.close();
    }

    /** The plain client: nothing in between. */
    @Benchmark
    public Action plain() {
        application.raw(message);
        return Action.CommitMessage;
    }

    /** The plain client, which reads its JSON itself. */
    @Benchmark
    public Action plainJson() {
        application.json(json.readValue(message.getBody(), OrderCreated.class));
        return Action.CommitMessage;
    }

    /** An annotated method that takes the client's message. */
    @Benchmark
    public Action methodRaw() {
        return raw.consume(message, context);
    }

    /** An annotated method that takes text. */
    @Benchmark
    public Action methodText() {
        return text.consume(message, context);
    }

    /** An annotated method that takes a record. */
    @Benchmark
    public Action methodJson() {
        return payload.consume(message, context);
    }
}
