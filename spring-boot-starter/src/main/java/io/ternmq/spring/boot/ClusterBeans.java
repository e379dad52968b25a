package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.DeadLetterReplay;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.PullConsumers;
import io.ternmq.spring.core.ReceivingTemplate;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The factory methods of the beans that {@link ClusterBeansRegistrar} declares. */
final class ClusterBeans {

    private final ConfigurableListableBeanFactory beans;
    private final ClusterClients clients;
    private final ObjectProvider<Clusters> clusters;
    private final ObjectProvider<MessageMapper> mapper;
    private final ObjectProvider<ConsumerFactory> consumers;
    private final ObjectProvider<SendInterceptor> interceptors;

    ClusterBeans(
            ConfigurableListableBeanFactory beans,
            ClusterClients clients,
            ObjectProvider<Clusters> clusters,
            ObjectProvider<MessageMapper> mapper,
            ObjectProvider<ConsumerFactory> consumers,
            ObjectProvider<SendInterceptor> interceptors) {
        this.beans = beans;
        this.clients = clients;
        this.clusters = clusters;
        this.mapper = mapper;
        this.consumers = consumers;
        this.interceptors = interceptors;
    }

    ClientConfig client(String cluster) {
        return clients.client(cluster);
    }

    Producer producer(String cluster, ClientConfig client) {
        return clients.producer(cluster, client);
    }

    MessageTemplate template(String name, String producer) {
        return MessageTemplate.create(
                new TemplateProducer(beans, name, () -> beans.getBean(producer, Producer.class)),
                mapper.getObject(),
                interceptors.orderedStream().toList());
    }

    ListenerContainerFactory containers(String cluster, ClientConfig client) {
        return clients.containers(cluster, client, consumers.getObject());
    }

    PullConsumers pullConsumers(String cluster, ClientConfig client) {
        return clients.pullConsumers(cluster, client);
    }

    ReceivingTemplate receiving(PullConsumers consumers) {
        return ReceivingTemplate.create(consumers, mapper.getObject());
    }

    DeadLetterReplay replay(ClientConfig client) {
        return new DeadLetterReplay(() -> AdminClient.create(client));
    }

    AdminClient admin(String cluster) {
        return clusters.getObject().admin(cluster);
    }
}
