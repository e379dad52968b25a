package io.ternmq.spring.boot.provisioning;

import io.ternmq.client.MQFactory;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.boot.TernMQClustersAutoConfiguration;
import io.ternmq.spring.boot.TernMQProperties;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.provisioning.Provisioner;
import io.ternmq.spring.provisioning.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of topics and groups: beans of {@link TopicSpec} and {@link GroupSpec} are what the application needs of
 * its default cluster, those with a cluster's name as qualifier what it needs of that.
 */
@AutoConfiguration(after = TernMQClustersAutoConfiguration.class)
@ConditionalOnClass(MQFactory.class)
@ConditionalOnBean(Clusters.class)
public final class TernMQProvisioningAutoConfiguration {

    TernMQProvisioningAutoConfiguration() {}

    /** Stopped also where the context fails before anybody would stop it. */
    @Bean(destroyMethod = "stop")
    @ConditionalOnMissingBean
    Provisioner ternMQProvisioner(
            Clusters clusters, TernMQProperties properties, ConfigurableListableBeanFactory beans) {
        return new Provisioner(
                clusters,
                () -> wanted(clusters, beans),
                properties.provisioning().mode(),
                properties.provisioning().dryRun());
    }

    private static List<Wanted> wanted(Clusters clusters, ConfigurableListableBeanFactory beans) {
        List<Wanted> wanted = new ArrayList<>();
        for (String cluster : clusters.names()) {
            List<TopicSpec> topics = find(TopicSpec.class, cluster, clusters.names(), beans);
            List<GroupSpec> groups = find(GroupSpec.class, cluster, clusters.names(), beans);
            if (!topics.isEmpty() || !groups.isEmpty()) {
                wanted.add(new Wanted(cluster, topics, groups));
            }
        }
        return wanted;
    }

    private static <T> List<T> find(
            Class<T> type, String cluster, Set<String> clusters, ConfigurableListableBeanFactory beans) {
        List<T> found = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(type)) {
            boolean named = BeanFactoryAnnotationUtils.isQualifierMatch(cluster::equals, name, beans);
            boolean unnamed = cluster.equals(Clusters.DEFAULT)
                    && !BeanFactoryAnnotationUtils.isQualifierMatch(clusters::contains, name, beans);
            if (named || unnamed) {
                found.add(beans.getBean(name, type));
            }
        }
        return found;
    }
}
