package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPolicy;
import io.ternmq.client.TlsConfig;
import io.ternmq.spring.support.StartPositions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** Turns the properties of a cluster into the client's configurations. */
final class ClientConfigMapper {

    /** While an application starts, a broker in the same process may have to wait for a processor. */
    private static final Duration EMBEDDED_REQUEST_TIMEOUT = Duration.ofSeconds(15);

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final ClusterProperties properties;
    private final TernMQProperties.Listener listener;
    private final TernMQProperties.Startup startup;

    /**
     * Makes a mapper.
     *
     * @param properties of the cluster
     * @param all what holds for every cluster is taken from there
     */
    ClientConfigMapper(ClusterProperties properties, TernMQProperties all) {
        this.properties = properties;
        this.listener = all.listener();
        this.startup = all.startup();
    }

    ClientConfig.Builder client(TernMQConnectionDetails connection, @Nullable SslBundle bundle) {
        ClientConfig.Builder builder = ClientConfig.builder(String.join(";", connection.getNameServers()))
                .instanceName(properties.instanceName())
                .requestTimeout(requestTimeout(connection))
                .maxListenerThreads(listener.maxThreads())
                .startPolicy(connection.isEmbedded() ? StartPolicy.FAIL : startup.policy())
                .startTimeout(startup.timeout());
        if (!properties.accessKey().isEmpty()) {
            builder.credentials(new Credentials(properties.accessKey(), properties.secretKey()));
        }
        if (bundle != null) {
            builder.tls(
                    new TlsConfig(bundle.createSslContext(), properties.ssl().verifyHostName()));
        }
        return builder;
    }

    private Duration requestTimeout(TernMQConnectionDetails connection) {
        Duration configured = properties.requestTimeout();
        if (configured != null) {
            return configured;
        }
        return connection.isEmbedded() ? EMBEDDED_REQUEST_TIMEOUT : REQUEST_TIMEOUT;
    }

    ProducerConfig.Builder producer(ClientConfig client, @Nullable String applicationName) {
        return producerOf(client, group(properties.producer().group(), applicationName, "producer"));
    }

    ProducerConfig.Builder producerOf(ClientConfig client, String group) {
        TernMQProperties.Producer producer = properties.producer();
        return ProducerConfig.builder(client, group)
                .sendTimeout(producer.sendTimeout())
                .retries(producer.retries())
                .compression(producer.compression())
                .compressOverBytes((int) producer.compressionThreshold().toBytes())
                .maxMessageBytes((int) producer.maxMessageSize().toBytes())
                .maxInFlight(producer.maxInFlight());
    }

    /** The configured group, or one of the application's name. */
    static String group(String configured, @Nullable String applicationName, String purpose) {
        if (!configured.isEmpty()) {
            return configured;
        }
        String name = applicationName == null ? "" : applicationName.replaceAll("[^%|a-zA-Z0-9_-]", "-");
        return (name.isEmpty() ? "ternmq" : name) + '-' + purpose;
    }

    ConsumerConfig.Builder consumer(ClientConfig client, String group, boolean virtualThreads) {
        TernMQProperties.Consumer consumer = properties.consumer();
        ConsumerConfig.Builder builder = ConsumerConfig.builder(client, group)
                .messageModel(consumer.messageModel())
                .startFrom(StartPositions.parse(consumer.consumeFrom()))
                .consumeThreads(consumer.threads())
                .listenerThreads(virtualThreads ? ListenerThreads.VIRTUAL : ListenerThreads.PLATFORM)
                .consumeTimeout(consumer.consumeTimeout())
                .pullBatchSize(consumer.pullBatchSize())
                .maxCachedMessages(consumer.maxCachedMessages())
                .maxCachedBytes(consumer.maxCachedSize().toBytes())
                .shutdownTimeout(listener.shutdownTimeout());
        Integer maxReconsumeTimes = consumer.maxReconsumeTimes();
        if (maxReconsumeTimes != null) {
            builder.maxReconsumeTimes(maxReconsumeTimes);
        }
        if (consumer.offsetDirectory() != null) {
            builder.offsetDirectory(consumer.offsetDirectory());
        }
        return builder;
    }

    PullConsumerConfig.Builder pullConsumer(ClientConfig client, String group) {
        TernMQProperties.Consumer consumer = properties.consumer();
        return PullConsumerConfig.builder(client, group)
                .startFrom(StartPositions.parse(consumer.consumeFrom()))
                .pullBatchSize(consumer.pullBatchSize())
                .maxCachedMessages(consumer.maxCachedMessages())
                .maxCachedBytes(consumer.maxCachedSize().toBytes());
    }
}
