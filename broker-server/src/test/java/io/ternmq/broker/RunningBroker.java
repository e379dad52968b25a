package io.ternmq.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker for all tests of a class, which keep to topics and groups of their own, and a client or two for each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RunningBroker broker = new RunningBroker();
 *
 * private final TestClient client = broker.connect();
 * }</pre>
 */
final class RunningBroker implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final List<TestClient> clients = new ArrayList<>();
    private Broker broker;

    /** Connects a client that is closed at the end of the test. */
    TestClient connect() {
        try {
            TestClient client = new TestClient(port());
            clients.add(client);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return broker.port();
    }

    String address() {
        return broker.address();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        broker = Broker.start();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (TestClient client : clients) {
            client.close();
        }
        clients.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        broker.close();
    }
}
