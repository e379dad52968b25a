package io.ternmq.spring.boot;

import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/** Declares the beans of each cluster of {@code ternmq.clusters.*}, named after what they are and the cluster. */
final class ClusterBeansRegistrar implements ImportBeanDefinitionRegistrar {

    /** The bean with the factory methods. */
    static final String FACTORY = "ternMQClusterBeans";

    private final Environment environment;

    ClusterBeansRegistrar(Environment environment) {
        this.environment = environment;
    }

    /** The name of a further cluster's client configuration. */
    static String clientBean(String cluster) {
        return "ternMQClientConfig." + cluster;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        ClusterDefinitions.names(environment).forEach(cluster -> register(registry, cluster));
    }

    private static void register(BeanDefinitionRegistry registry, String cluster) {
        ClusterDefinitions beans = new ClusterDefinitions(registry, FACTORY, cluster);
        RuntimeBeanReference client = new RuntimeBeanReference(clientBean(cluster));
        String producer = ProducerStarter.PRODUCER + "." + cluster;
        beans.add(clientBean(cluster), "client", null, false, cluster);
        beans.add(producer, "producer", "shutdown", true, cluster, client);
        String template = TernMQAutoConfiguration.TEMPLATE + "." + cluster;
        beans.add(template, "template", null, true, template, producer);
        beans.add("ternMQListenerContainerFactory." + cluster, "containers", null, false, cluster, client);
        String pullConsumers = "ternMQPullConsumers." + cluster;
        beans.add(pullConsumers, "pullConsumers", "close", true, cluster, client);
        beans.add(
                "ternMQReceivingTemplate." + cluster, "receiving", null, true, new RuntimeBeanReference(pullConsumers));
        beans.add("ternMQDeadLetterReplay." + cluster, "replay", null, true, client);
        beans.add("ternMQAdminClient." + cluster, "admin", "", true, cluster);
    }
}
