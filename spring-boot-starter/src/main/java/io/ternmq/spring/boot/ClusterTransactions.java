package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.transaction.CheckerRule;
import io.ternmq.spring.transaction.TransactionChecker;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionRecords;
import io.ternmq.spring.transaction.TransactionTemplates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Makes the templates of transactional messages, of the default cluster and of each of {@code ternmq.clusters.*}. What they share is the
 * database: ids of messages are the same in no two clusters, so that one table has the records of all.
 */
final class ClusterTransactions {

    /** Its name as a bean. */
    static final String BEAN = "ternMQClusterTransactions";

    private final ClusterClients clusters;
    private final TernMQProperties properties;
    private final Environment environment;
    private final MessageMapper mapper;
    private final ObjectProvider<SendInterceptor> interceptors;
    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<TransactionRecords> records;
    private final PlatformTransactionManager transactionManager;

    ClusterTransactions(
            ClusterClients clusters,
            TernMQProperties properties,
            Environment environment,
            MessageMapper mapper,
            ObjectProvider<SendInterceptor> interceptors,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<TransactionRecords> records,
            PlatformTransactionManager transactionManager) {
        this.clusters = clusters;
        this.properties = properties;
        this.environment = environment;
        this.mapper = mapper;
        this.interceptors = interceptors;
        this.beans = beans;
        this.records = records;
        this.transactionManager = transactionManager;
    }

    TransactionTemplates templates(String cluster, ClientConfig client) {
        return new TransactionTemplates(
                (group, checker) -> clusters.transactionProducer(cluster, client, group, checker),
                mapper,
                interceptors.orderedStream().toList(),
                rules(cluster),
                records::getIfAvailable,
                transactionManager);
    }

    /** Of the group that the properties say, which each cluster has for itself. */
    TransactionMessageTemplate template(TransactionTemplates templates) {
        return templates.create(ClientConfigMapper.group(
                properties.transaction().group(), environment.getProperty("spring.application.name"), "transaction"));
    }

    /** The application's checkers without those that are qualified for other clusters. */
    private List<CheckerRule> rules(String cluster) {
        Set<String> others = new HashSet<>(properties.clusters().keySet());
        others.add(Clusters.DEFAULT);
        others.remove(cluster);
        List<CheckerRule> rules = new ArrayList<>();
        for (String name : beans.getBeanNamesForType(LocalTransactionChecker.class)) {
            if (beans.isTypeMatch(name, TransactionRecords.class)
                    || BeanFactoryAnnotationUtils.isQualifierMatch(others::contains, name, beans)) {
                continue;
            }
            TransactionChecker rule = beans.findAnnotationOnBean(name, TransactionChecker.class);
            rules.add(new CheckerRule(
                    "bean " + name,
                    rule == null ? Set.of() : resolved(rule.topics()),
                    rule == null ? Set.of() : resolved(rule.groups()),
                    beans.getBean(name, LocalTransactionChecker.class)));
        }
        return rules;
    }

    private Set<String> resolved(String[] texts) {
        return Arrays.stream(texts).map(beans::resolveEmbeddedValue).collect(Collectors.toSet());
    }
}
