package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration of further clusters, {@code ternmq.clusters.<name>.*}: for each a {@link ClientConfig}, a producer, a
 * {@link MessageTemplate}, an {@link AdminClient} and what its listeners need, all with the cluster's name as qualifier. After
 * the default cluster's, whose beans are injected where no qualifier is given.
 */
@AutoConfiguration(after = TernMQAutoConfiguration.class)
@ConditionalOnClass(MQFactory.class)
@Import(ClusterBeansRegistrar.class)
public final class TernMQClustersAutoConfiguration {

    TernMQClustersAutoConfiguration() {}

    @Bean(ClusterBeansRegistrar.FACTORY)
    ClusterBeans ternMQClusterBeans(
            ConfigurableListableBeanFactory beans,
            ClusterClients clients,
            ObjectProvider<Clusters> clusters,
            ObjectProvider<MessageMapper> mapper,
            ObjectProvider<ConsumerFactory> consumers,
            ObjectProvider<SendInterceptor> interceptors) {
        return new ClusterBeans(beans, clients, clusters, mapper, consumers, interceptors);
    }

    @Bean
    @ConditionalOnMissingBean
    Clusters ternMQClusters(TernMQProperties properties, ClientConfig defaultCluster, BeanFactory beans) {
        Map<String, ClientConfig> clients = new LinkedHashMap<>();
        clients.put(Clusters.DEFAULT, defaultCluster);
        properties
                .clusters()
                .keySet()
                .forEach(cluster -> clients.put(
                        cluster, beans.getBean(ClusterBeansRegistrar.clientBean(cluster), ClientConfig.class)));
        return new Clusters(clients);
    }

    /** Closed with the {@link Clusters} it comes from. */
    @Bean(destroyMethod = "")
    @Lazy
    @ConditionalOnMissingBean
    AdminClient ternMQAdminClient(Clusters clusters) {
        return clusters.admin(Clusters.DEFAULT);
    }
}
