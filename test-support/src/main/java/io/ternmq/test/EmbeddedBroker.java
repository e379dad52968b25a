package io.ternmq.test;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.Inspection;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit Jupiter extension that runs a broker of its own on a free port and a temporary directory, empty at first and deleted at the end.
 *
 * <p>Registered on a static field it runs once for all tests of the class, on an instance field anew for each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EmbeddedBroker broker = new EmbeddedBroker();
 *
 * @Test
 * void sends() {
 *     connectTo(broker.address());
 * }
 * }</pre>
 *
 * Tests that run in parallel use extensions of their own.
 */
public final class EmbeddedBroker
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final UnaryOperator<BrokerConfig.Builder> settings;
    private @Nullable Broker broker;
    private boolean perClass;

    /** Creates the extension of a broker with the embedded defaults. */
    public EmbeddedBroker() {
        this(UnaryOperator.identity());
    }

    /** Creates the extension of a broker with other settings; the operator changes the embedded defaults. */
    public EmbeddedBroker(UnaryOperator<BrokerConfig.Builder> settings) {
        this.settings = settings;
    }

    /** Returns the address for clients, as host and port. Serves as name-server address and as broker address. */
    public String address() {
        return broker().address();
    }

    /** Returns the port. */
    public int port() {
        return broker().port();
    }

    /**
     * Returns the broker itself.
     *
     * @throws IllegalStateException outside of a test
     */
    public Broker broker() {
        Broker running = broker;
        if (running == null) {
            throw new IllegalStateException(
                    "the embedded broker is not running; use it inside of a test, and register it with"
                            + " @RegisterExtension, or call start()");
        }
        return running;
    }

    /**
     * Lets everything that waits come closer by {@code time}: delayed and timed messages, retries, and the checks of transactions. Messages that
     * are due then can be consumed when this returns; what is sent afterwards waits its full time. What is in hand, locks and timeouts do not notice.
     * Of two messages with delays of a minute and an hour, {@code advanceTimers(Duration.ofMinutes(1))} delivers the first.
     */
    public void advanceTimers(Duration time) {
        broker().advanceTimers(time);
    }

    /** The messages that can be consumed from a topic; of timed ones those whose time has come. */
    public PublishedMessages published(String topic) {
        Inspection inspection = broker().inspection();
        return new PublishedMessages(
                "topic=" + topic,
                PATIENCE,
                () -> inspection.messages(topic).stream()
                        .map(ConsumerGroup::here)
                        .toList());
    }

    /** The messages of a topic that wait for their time. */
    public PublishedMessages delayed(String topic) {
        Inspection inspection = broker().inspection();
        return new PublishedMessages(
                "delayed, topic=" + topic, PATIENCE, () -> ConsumerGroup.waiting(inspection, topic));
    }

    /** What a consumer group has done with its messages. */
    public ConsumerGroup group(String group) {
        return new ConsumerGroup(group, PATIENCE, broker().inspection());
    }

    /** How many connections the broker has now, those of producers and consumers alike. */
    public int connections() {
        return broker().inspection().connections();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        perClass = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!perClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!perClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
        perClass = false;
    }

    /**
     * Starts it, where JUnit does not.
     *
     * @throws IOException if there is no port or directory to be had
     * @throws IllegalStateException if it runs already
     */
    public void start() throws IOException {
        if (broker != null) {
            throw new IllegalStateException("the embedded broker is running already: address=" + address());
        }
        broker = Broker.start(settings.apply(BrokerConfig.builder()).build());
    }

    /** Stops it, where JUnit does not, and deletes what it holds; does nothing if it does not run. */
    public void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }
}
