package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.binding.BindingsLifecycleController;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** While messages of several keys are sent all the time, bindings, brokers and applications come and go; nothing is lost, and each key stays in order. */
class RestartsIT {

    private static final int KEYS = 4;
    private static final int AHEAD = 100;

    @TempDir
    private Path directory;

    private Broker broker;
    private Journal journal;
    private Sender sender;

    /** What was handled, by all applications together, in the order in which it was. */
    static final class Journal {
        private final Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();
        private final AtomicInteger count = new AtomicInteger();

        void add(String text) {
            String[] parts = text.split("-", -1);
            List<Integer> numbers = seen.computeIfAbsent(Integer.valueOf(parts[0]), key -> new ArrayList<>());
            synchronized (numbers) {
                numbers.add(Integer.valueOf(parts[1]));
            }
            count.incrementAndGet();
        }

        /** In the order of their first time; some may have come twice. */
        List<Integer> of(int key) {
            List<Integer> numbers = seen.getOrDefault(key, new ArrayList<>());
            synchronized (numbers) {
                return List.copyOf(new LinkedHashSet<>(numbers));
            }
        }

        int handled() {
            return IntStream.range(0, KEYS).map(key -> of(key).size()).sum();
        }
    }

    /** Sends the next number of each key when the one before is stored, until it is told to end. */
    static final class Sender extends Thread {
        private final OrderProducer producer;
        private final Journal journal;
        private volatile boolean ending;
        private volatile int sent;

        Sender(String address, Journal journal) {
            super("sender");
            this.journal = journal;
            this.producer = MQFactory.createOrderProducer(ProducerConfig.builder(
                            ClientConfig.builder(address).instanceName("sender").build(), "senders")
                    .build());
            producer.start();
        }

        @Override
        public void run() {
            for (int number = 0; !ending; number++) {
                for (int key = 0; key < KEYS; key++) {
                    send(key, number);
                }
                sent = number + 1;
                while (!ending && sent * KEYS - journal.count.get() > AHEAD) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            }
        }

        /** Not stored, or not known to be: again, before anything later of the key. */
        private void send(int key, int number) {
            while (true) {
                try {
                    producer.send(new Message("flow", "", (key + "-" + number).getBytes()), "key-" + key);
                    return;
                } catch (MQClientException e) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            }
        }

        int end() throws InterruptedException {
            ending = true;
            join();
            producer.shutdown();
            return sent;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Consumer<String> take(Journal journal) {
            return journal::add;
        }
    }

    @BeforeEach
    void open() throws IOException {
        broker = start(LoopbackPorts.find());
        journal = new Journal();
    }

    private Broker start(int port) throws IOException {
        return Broker.start(
                BrokerConfig.builder().port(port).dataDirectory(directory).build());
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private ConfigurableApplicationContext application() {
        return StreamApplication.start(
                Application.class,
                context -> context.registerBean(Journal.class, () -> journal),
                "ternmq.name-server=" + broker.address(),
                "ternmq.request-timeout=2s",
                "spring.cloud.function.definition=take",
                "spring.cloud.stream.bindings.take-in-0.destination=flow",
                "spring.cloud.stream.bindings.take-in-0.group=takers",
                "spring.cloud.stream.bindings.take-in-0.consumer.concurrency=4",
                "spring.cloud.stream.ternmq.bindings.take-in-0.consumer.ordered=true");
    }

    private void startSending() {
        sender = new Sender(broker.address(), journal);
        sender.start();
    }

    /** Lets some more be handled before the next thing happens. */
    private void flow() {
        int before = journal.handled();
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> journal.handled() >= before + 100);
    }

    private void everythingIsThereInOrder() throws InterruptedException {
        int sent = sender.end();
        assertThat(sent).isPositive();
        await().atMost(PATIENCE.multipliedBy(2)).until(() -> journal.handled() >= sent * KEYS);
        for (int key = 0; key < KEYS; key++) {
            assertThat(journal.of(key))
                    .isEqualTo(
                            IntStream.range(0, journal.of(key).size()).boxed().toList());
        }
    }

    @Test
    void bindingsComeAndGo() throws InterruptedException {
        try (var application = application()) {
            startSending();
            BindingsLifecycleController bindings = application.getBean(BindingsLifecycleController.class);
            for (int i = 0; i < 3; i++) {
                flow();
                bindings.changeState("take-in-0", State.STOPPED);
                bindings.changeState("take-in-0", State.STARTED);
            }
            flow();
            everythingIsThereInOrder();
        }
    }

    @Test
    void brokerIsRestarted() throws InterruptedException, IOException {
        try (var application = application()) {
            startSending();
            for (int i = 0; i < 2; i++) {
                flow();
                int port = broker.port();
                broker.close();
                broker = start(port);
            }
            flow();
            everythingIsThereInOrder();
            assertThat(application.isRunning()).isTrue();
        }
    }

    @Test
    void applicationsAreRestartedOneAfterTheOther() throws InterruptedException {
        ConfigurableApplicationContext first = application();
        ConfigurableApplicationContext second = application();
        try {
            startSending();
            flow();
            first.close();
            flow();
            first = application();
            flow();
            second.close();
            flow();
            second = application();
            flow();
            everythingIsThereInOrder();
        } finally {
            first.close();
            second.close();
        }
    }
}
