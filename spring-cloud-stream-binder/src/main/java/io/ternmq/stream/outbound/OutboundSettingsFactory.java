package io.ternmq.stream.outbound;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.ProducerConfig;
import io.ternmq.stream.properties.SendMode;
import io.ternmq.stream.properties.TernMQProducerProperties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.context.ApplicationContext;
import org.springframework.util.StringUtils;

/** Reads what output bindings are from their properties. */
public final class OutboundSettingsFactory {

    private final ClientConfig client;

    public OutboundSettingsFactory(ClientConfig client) {
        this.client = client;
    }

    /**
     * The settings of a binding.
     *
     * @throws IllegalArgumentException if properties do not go together, or name a bean that there is not
     */
    public OutboundSettings settings(
            String topic, ExtendedProducerProperties<TernMQProducerProperties> properties, ApplicationContext context) {
        TernMQProducerProperties own = properties.getExtension();
        String binding = StringUtils.hasText(properties.getBindingName()) ? properties.getBindingName() : topic;
        OutboundSettings.Transaction transaction = transaction(binding, own, context);
        if (transaction != null && (properties.isPartitioned() || own.getSendMode() != SendMode.SYNC)) {
            throw new IllegalArgumentException("a transactional binding sends synchronously and without partitions: "
                    + "binding=" + binding + ", send-mode=" + own.getSendMode() + ", partitioned="
                    + properties.isPartitioned() + "; change these, or leave transaction-checker out");
        }
        return new OutboundSettings(
                binding,
                topic,
                properties.isPartitioned(),
                properties.getHeaderMode() != HeaderMode.none,
                own.getSendMode(),
                ProducerConfig.builder(client, group(binding, own, transaction != null, context))
                        .sendTimeout(own.getSendTimeout())
                        .retries(own.getRetries())
                        .build(),
                transaction,
                own);
    }

    /** The name of a group matters to transactions, which other instances of the application must be able to check; else it only has to be free. */
    private static String group(
            String binding, TernMQProducerProperties own, boolean transactional, ApplicationContext context) {
        String given = own.getGroup();
        if (given != null) {
            return given;
        }
        String application = context.getEnvironment().getProperty("spring.application.name", "application");
        String name = (application + "-" + binding).replaceAll("[^%|a-zA-Z0-9_-]", "-");
        return transactional
                ? name
                : name.substring(0, Math.min(80, name.length())) + "-"
                        + UUID.randomUUID().toString().substring(0, 8);
    }

    private static OutboundSettings.@Nullable Transaction transaction(
            String binding, TernMQProducerProperties own, BeanFactory beans) {
        String checker = own.getTransactionChecker();
        String executer = own.getTransactionExecuter();
        if (!StringUtils.hasText(checker) && !StringUtils.hasText(executer)) {
            return null;
        }
        if (!StringUtils.hasText(checker) || !StringUtils.hasText(executer)) {
            throw new IllegalArgumentException("a transactional binding needs two beans: binding=" + binding
                    + ", transaction-checker=" + checker + ", transaction-executer=" + executer + "; name both");
        }
        return new OutboundSettings.Transaction(
                bean(binding, "transaction-checker", checker, LocalTransactionChecker.class, beans),
                bean(binding, "transaction-executer", executer, LocalTransactionExecuter.class, beans));
    }

    private static <T> T bean(String binding, String key, String name, Class<T> type, BeanFactory beans) {
        try {
            return beans.getBean(name, type);
        } catch (NoSuchBeanDefinitionException e) {
            throw new IllegalArgumentException(
                    "there is no such bean: binding=" + binding + ", " + key + "=" + name + "; define a "
                            + type.getSimpleName() + " bean of this name",
                    e);
        }
    }
}
