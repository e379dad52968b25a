package io.ternmq.stream;

import io.micrometer.observation.ObservationRegistry;
import io.ternmq.client.ClientConfig;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import io.ternmq.stream.inbound.ConsumerGroups;
import io.ternmq.stream.inbound.DeadLetters;
import io.ternmq.stream.inbound.FailureHandler;
import io.ternmq.stream.inbound.InboundAdapter;
import io.ternmq.stream.inbound.InboundSettings;
import io.ternmq.stream.inbound.PolledSource;
import io.ternmq.stream.outbound.HeaderExpressions;
import io.ternmq.stream.outbound.OutboundHandler;
import io.ternmq.stream.outbound.OutboundSettingsFactory;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.properties.TernMQExtendedBindingProperties;
import io.ternmq.stream.properties.TernMQProducerProperties;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ExtendedPropertiesBinder;
import org.springframework.cloud.stream.binder.PartitionHandler;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.integration.channel.AbstractMessageChannel;
import org.springframework.integration.core.MessageProducer;
import org.springframework.integration.expression.ExpressionUtils;
import org.springframework.integration.support.management.IntegrationManagement;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.util.StringUtils;

/**
 * Binds channels to topics of a TernMQ or an Apache RocketMQ broker. A destination is a topic, a group a consumer group, a partition a queue: the partition's number is
 * the position of the queue among all queues of the topic, sorted by broker and number.
 */
public final class TernMQMessageChannelBinder
        extends AbstractMessageChannelBinder<
                ExtendedConsumerProperties<TernMQConsumerProperties>,
                ExtendedProducerProperties<TernMQProducerProperties>,
                TopicProvisioner>
        implements ExtendedPropertiesBinder<MessageChannel, TernMQConsumerProperties, TernMQProducerProperties>,
                DisposableBean {

    private final TernMQExtendedBindingProperties bindings;
    private final TernMQHeaderMapper headers;
    private final MessageMapper payloads;
    private final OutboundSettingsFactory outbound;
    private final ConsumerGroups groups;
    private final DeadLetters deadLetters;
    private final ClientConfig client;
    private final boolean observation;
    private final boolean virtualThreads;

    /**
     * Makes the binder.
     *
     * @param client where the brokers are
     * @param groups the groups that bindings consume in
     * @param payloads writes payloads that are neither bytes nor text, with native encoding
     * @param observation whether messages are observed if the application has a registry for that
     * @param virtualThreads whether messages are handled by virtual threads
     */
    public TernMQMessageChannelBinder(
            ClientConfig client,
            TopicProvisioner provisioner,
            ConsumerGroups groups,
            TernMQExtendedBindingProperties bindings,
            TernMQHeaderMapper headers,
            MessageMapper payloads,
            boolean observation,
            boolean virtualThreads) {
        super(BinderHeaders.STANDARD_HEADERS, provisioner);
        this.bindings = bindings;
        this.headers = headers;
        this.payloads = payloads;
        this.outbound = new OutboundSettingsFactory(client);
        this.groups = groups;
        this.client = client;
        this.observation = observation;
        this.deadLetters = new DeadLetters(client);
        this.virtualThreads = virtualThreads;
    }

    @Override
    protected MessageHandler createProducerMessageHandler(
            ProducerDestination destination,
            ExtendedProducerProperties<TernMQProducerProperties> properties,
            @Nullable MessageChannel errorChannel) {
        OutboundHandler handler = new OutboundHandler(
                outbound.settings(destination.getName(), properties, getApplicationContext()),
                headers,
                payloads,
                partitions(properties),
                errorChannel);
        handler.setApplicationContext(getApplicationContext());
        handler.setBeanFactory(getBeanFactory());
        return handler;
    }

    private @Nullable PartitionHandler partitions(ExtendedProducerProperties<TernMQProducerProperties> properties) {
        return properties.isPartitioned() && properties.isDynamicPartitionUpdatesEnabled()
                ? new PartitionHandler(
                        ExpressionUtils.createStandardEvaluationContext(getBeanFactory()), properties, getBeanFactory())
                : null;
    }

    /** Lets expressions see what the application has sent, and traces begin before headers are mapped. */
    @Override
    protected void postProcessOutputChannel(
            MessageChannel outputChannel, ExtendedProducerProperties<TernMQProducerProperties> properties) {
        if (!(outputChannel instanceof AbstractMessageChannel channel)) {
            return;
        }
        HeaderExpressions expressions = HeaderExpressions.of(
                properties.getExtension(), ExpressionUtils.createStandardEvaluationContext(getBeanFactory()));
        if (expressions != null) {
            channel.addInterceptor(0, expressions);
        }
        observe(channel);
    }

    private void observe(IntegrationManagement observed) {
        if (observation) {
            getApplicationContext()
                    .getBeanProvider(ObservationRegistry.class)
                    .ifAvailable(observed::registerObservationRegistry);
        }
    }

    @Override
    protected MessageProducer createConsumerEndpoint(
            ConsumerDestination destination,
            @Nullable String group,
            ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        InboundSettings settings = InboundSettings.of(topics(destination), group, properties, virtualThreads);
        ErrorInfrastructure errors = registerErrorInfrastructure(destination, group, properties);
        InboundAdapter adapter = new InboundAdapter(
                settings,
                groups,
                headers,
                properties.getMaxAttempts() > 1 ? buildRetryTemplate(properties) : null,
                errors.getRecoverer());
        if (errors.getHandler() instanceof FailureHandler failures) {
            failures.onStop(adapter::halt);
        }
        adapter.setApplicationContext(getApplicationContext());
        adapter.setBeanFactory(getBeanFactory());
        observe(adapter);
        return adapter;
    }

    @Override
    protected PolledConsumerResources createPolledConsumerResources(
            String name,
            @Nullable String group,
            ConsumerDestination destination,
            ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        InboundSettings settings = InboundSettings.of(topics(destination), group, properties, virtualThreads);
        ErrorInfrastructure errors = registerErrorInfrastructure(destination, group, properties, true);
        PolledSource source = new PolledSource(settings, client, provisioningProvider, deadLetters, headers);
        if (errors.getHandler() instanceof FailureHandler failures) {
            failures.onStop(source::halt);
        }
        return new PolledConsumerResources(source, errors);
    }

    private static List<String> topics(ConsumerDestination destination) {
        return Arrays.asList(StringUtils.commaDelimitedListToStringArray(destination.getName()));
    }

    @Override
    protected @Nullable MessageHandler getPolledConsumerErrorMessageHandler(
            ConsumerDestination destination,
            @Nullable String group,
            ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        return getErrorMessageHandler(destination, group, properties);
    }

    /** What has been set beyond the common properties, for those who look into a binding. */
    @Override
    protected Map<String, Object> doGetAdditionalConfigurationProperties(String name) {
        return Map.of("nameServers", String.join(";", client.nameServers()));
    }

    @Override
    protected @Nullable MessageHandler getErrorMessageHandler(
            ConsumerDestination destination,
            @Nullable String group,
            ExtendedConsumerProperties<TernMQConsumerProperties> properties) {
        return FailureHandler.of(properties.getExtension(), deadLetters);
    }

    @Override
    public TernMQConsumerProperties getExtendedConsumerProperties(String channelName) {
        return bindings.getExtendedConsumerProperties(channelName);
    }

    @Override
    public TernMQProducerProperties getExtendedProducerProperties(String channelName) {
        return bindings.getExtendedProducerProperties(channelName);
    }

    @Override
    public String getDefaultsPrefix() {
        return bindings.getDefaultsPrefix();
    }

    @Override
    public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
        return bindings.getExtendedPropertiesEntryClass();
    }

    @Override
    public void destroy() {
        deadLetters.close();
    }
}
