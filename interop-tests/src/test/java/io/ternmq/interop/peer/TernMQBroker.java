package io.ternmq.interop.peer;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.transaction.TransactionConfig;
import io.ternmq.broker.transport.TlsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** TernMQ's broker, in the process of the tests, on a random port of the loopback address. */
public final class TernMQBroker implements BrokerTarget {
    private static final String CLUSTER = "TernCluster";

    private final Broker broker;

    private TernMQBroker(Broker broker) {
        this.broker = broker;
    }

    /** Starts it with its data below {@code folder}. */
    public static TernMQBroker start(Path folder) {
        BrokerConfig config = BrokerConfig.builder()
                .dataDirectory(folder.resolve("store"))
                .clusterName(CLUSTER)
                .transactions(new TransactionConfig(Duration.ofSeconds(1), Duration.ofSeconds(1), 0, 1000))
                .tls(new TlsConfig(TlsConfig.Mode.PERMISSIVE, null, null, null, folder.resolve("certificate")))
                .build();
        try {
            return new TernMQBroker(Broker.start(config));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public String nameServer() {
        return broker.address();
    }

    @Override
    public String clusterName() {
        return CLUSTER;
    }

    @Override
    public void close() {
        broker.close();
    }

    @Override
    public String toString() {
        return "TernMQ";
    }
}
