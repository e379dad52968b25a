package io.ternmq.spring.boot;

import io.ternmq.client.Admin;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.TransactionProducer;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.core.ClientStartException;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.GroupClaims;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.PullConsumers;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.listener.ListenerScope;
import io.ternmq.spring.listener.ListenerServices;
import io.ternmq.spring.listener.ReplySender;
import io.ternmq.spring.support.MessageMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;

/**
 * Makes what an application has of each of its clusters, the default one and those of {@code ternmq.clusters.*}: properties
 * first, then the customizers that are meant for the cluster.
 */
final class ClusterClients {

    private final TernMQProperties properties;
    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final ErrorHandlers errorHandlers;

    ClusterClients(TernMQProperties properties, ConfigurableListableBeanFactory beans, Environment environment) {
        this.properties = properties;
        this.beans = beans;
        this.environment = environment;
        this.errorHandlers = new ErrorHandlers(beans);
    }

    /** How a further cluster is reached: as a bean with its name as qualifier says, or else by its properties. */
    ClientConfig client(String cluster) {
        return client(cluster, connection(cluster));
    }

    ClientConfig client(String cluster, TernMQConnectionDetails connection) {
        String bundle = settings(cluster).ssl().bundle();
        SslBundle ssl =
                bundle.isEmpty() ? null : beans.getBean(SslBundles.class).getBundle(bundle);
        // Each context is an instance of its own, though another one of the JVM may have the same configuration.
        ClientConfig.Builder builder = mapper(cluster)
                .client(connection, ssl)
                .scope(GroupClaims.of(beans).scope());
        customizers(ClientConfigCustomizer.class, cluster)
                .forEach(customizer -> customizer.customize(cluster, builder));
        return builder.build();
    }

    /** Makes and starts the producer of a cluster. */
    Producer producer(String cluster, ClientConfig client) {
        ProducerConfig.Builder builder =
                mapper(cluster).producer(client, environment.getProperty("spring.application.name"));
        customizers(ProducerConfigCustomizer.class, cluster).forEach(customizer -> customizer.customize(builder));
        ProducerConfig config = builder.build();
        return started(MQFactory.createProducer(config), config.groupId(), client);
    }

    private static <T extends Admin> T started(T producer, String group, ClientConfig client) {
        try {
            producer.start();
        } catch (MQClientException e) {
            producer.shutdown();
            throw new ClientStartException("producer " + group, client.nameServers(), e);
        }
        return producer;
    }

    /** Makes and starts the producer of a group of transactional messages of a cluster. */
    TransactionProducer transactionProducer(
            String cluster, ClientConfig client, String group, LocalTransactionChecker checker) {
        ProducerConfig.Builder builder = mapper(cluster)
                .producerOf(client, group)
                .checkImmunity(properties.transaction().checkImmunity());
        customizers(ProducerConfigCustomizer.class, cluster).forEach(customizer -> customizer.customize(builder));
        TransactionProducer producer = MQFactory.createTransactionProducer(builder.build(), checker);
        return started(producer, group, client);
    }

    ListenerContainerFactory containers(String cluster, ClientConfig client, ConsumerFactory consumers) {
        ClientConfigMapper mapper = mapper(cluster);
        boolean virtualThreads = Threading.VIRTUAL.isActive(environment);
        String group = settings(cluster).consumer().group();
        return new ListenerContainerFactory(
                consumers,
                name -> {
                    var builder = mapper.consumer(client, name, virtualThreads);
                    customizers(ConsumerConfigCustomizer.class, cluster)
                            .forEach(customizer -> customizer.customize(name, builder));
                    return builder;
                },
                group.isEmpty() ? null : group,
                properties.listener().autoStartup(),
                () -> services(cluster));
    }

    /** What opens consumers that ask a cluster for messages themselves. */
    PullConsumers pullConsumers(String cluster, ClientConfig client) {
        ClientConfigMapper mapper = mapper(cluster);
        return new PullConsumers(
                group -> mapper.pullConsumer(client, group),
                GroupClaims.of(beans),
                ClientConfigMapper.group("", environment.getProperty("spring.application.name"), "reader"));
    }

    /** What a cluster's listeners share; replies go back to the cluster that the messages come from. */
    private ListenerServices services(String cluster) {
        boolean isDefault = cluster.equals(Clusters.DEFAULT);
        ReplySender replies = new ReplySender(
                () -> isDefault ? unique(MessageTemplate.class) : qualified(MessageTemplate.class, cluster),
                () -> isDefault ? unique(Producer.class) : qualified(Producer.class, cluster),
                beans.getBean(MessageMapper.class),
                beans.getBeanProvider(SendInterceptor.class).orderedStream().toList());
        return new ListenerServices(
                beans.getBeanProvider(ListenerScope.class).orderedStream().toList(),
                beans.getBeanProvider(ListenerInterceptor.class).orderedStream().toList(),
                errorHandlers.usual(),
                replies);
    }

    private <T> @Nullable T unique(Class<T> type) {
        return beans.getBeanProvider(type).getIfUnique();
    }

    private <T> T qualified(Class<T> type, String cluster) {
        return BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, type, cluster);
    }

    private TernMQConnectionDetails connection(String cluster) {
        for (String bean : beans.getBeanNamesForType(TernMQConnectionDetails.class)) {
            if (BeanFactoryAnnotationUtils.isQualifierMatch(cluster::equals, bean, beans)) {
                return beans.getBean(bean, TernMQConnectionDetails.class);
            }
        }
        String key = "ternmq.clusters." + cluster + ".name-server";
        PropertiesTernMQConnectionDetails connection =
                new PropertiesTernMQConnectionDetails(key, settings(cluster).nameServer());
        InvalidTernMQPropertyException.check(
                !connection.getNameServers().isEmpty(),
                key,
                "",
                "the address of the cluster, host:port, or remove ternmq.clusters." + cluster);
        return connection;
    }

    private ClientConfigMapper mapper(String cluster) {
        return new ClientConfigMapper(settings(cluster), properties);
    }

    private ClusterProperties settings(String cluster) {
        ClusterProperties settings = properties.clusters().get(cluster);
        return settings == null ? properties.defaultCluster() : settings;
    }

    /** In their order, without those that are qualified for other clusters. */
    private <T> List<T> customizers(Class<T> type, String cluster) {
        Set<String> others = new HashSet<>(properties.clusters().keySet());
        others.add(Clusters.DEFAULT);
        others.remove(cluster);
        Set<Object> meantForOthers = new HashSet<>();
        for (String bean : beans.getBeanNamesForType(type)) {
            if (BeanFactoryAnnotationUtils.isQualifierMatch(others::contains, bean, beans)) {
                meantForOthers.add(beans.getBean(bean));
            }
        }
        return beans.getBeanProvider(type)
                .orderedStream()
                .filter(customizer -> !meantForOthers.contains(customizer))
                .toList();
    }
}
