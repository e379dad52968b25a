package io.ternmq.spring.boot;

import io.ternmq.broker.Broker;
import io.ternmq.broker.BrokerConfig;
import io.ternmq.broker.store.FlushMode;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker inside this process, running from its construction, because its address is what everybody else waits for,
 * until it is closed, after everybody who uses the address.
 */
final class EmbeddedBroker implements TernMQConnectionDetails, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final Broker broker;

    private EmbeddedBroker(Broker broker) {
        this.broker = broker;
    }

    static EmbeddedBroker start(TernMQProperties.Embedded settings) {
        BrokerConfig config = BrokerConfig.builder()
                .port(settings.port())
                .dataDirectory(settings.dataDir())
                .flush(settings.flush() == TernMQProperties.Embedded.Flush.SYNC ? FlushMode.SYNC : FlushMode.ASYNC)
                .autoCreateTopics(settings.autoCreateTopics())
                .maxDelay(settings.maxDelay())
                .build();
        try {
            EmbeddedBroker embedded = new EmbeddedBroker(Broker.start(config));
            LOG.info(
                    "Embedded broker, because ternmq.name-server is not set: address={}, data={}",
                    embedded.broker.address(),
                    settings.dataDir() == null ? "temporary, deleted at the end" : settings.dataDir());
            return embedded;
        } catch (IOException e) {
            throw new EmbeddedBrokerException(settings, e);
        }
    }

    @Override
    public List<String> getNameServers() {
        return List.of(broker.address());
    }

    @Override
    public boolean isEmbedded() {
        return true;
    }

    @Override
    public void close() {
        broker.close();
    }
}
