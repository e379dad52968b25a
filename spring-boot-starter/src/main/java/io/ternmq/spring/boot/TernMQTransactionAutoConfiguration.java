package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.idempotent.HandledMessages;
import io.ternmq.spring.idempotent.IdempotentInterceptor;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.transaction.JdbcTransactionRecords;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionRecords;
import io.ternmq.spring.transaction.TransactionTemplates;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Auto-configuration of transactional messages and of idempotent listeners, where the application has a transaction manager and, for
 * records in its database, a {@link DataSource}. The templates, the default cluster's and those with another cluster's name as
 * qualifier, are made when something needs them, and their producers, which answer the brokers' questions, with them: an
 * application that sends no transactional messages has neither, nor the table.
 */
@AutoConfiguration(
        after = TernMQClustersAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnClass(TransactionSynchronization.class)
@ConditionalOnSingleCandidate(PlatformTransactionManager.class)
@Import(ClusterTransactionBeansRegistrar.class)
public final class TernMQTransactionAutoConfiguration {

    TernMQTransactionAutoConfiguration() {}

    @Bean(ClusterTransactions.BEAN)
    @Lazy
    ClusterTransactions ternMQClusterTransactions(
            ClusterClients clusters,
            TernMQProperties properties,
            Environment environment,
            MessageMapper mapper,
            ObjectProvider<SendInterceptor> interceptors,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<TransactionRecords> records,
            PlatformTransactionManager transactionManager) {
        return new ClusterTransactions(
                clusters, properties, environment, mapper, interceptors, beans, records, transactionManager);
    }

    @Bean
    @Lazy
    @ConditionalOnMissingBean
    TransactionTemplates ternMQTransactionTemplates(ClusterTransactions transactions, ClientConfig client) {
        return transactions.templates(Clusters.DEFAULT, client);
    }

    @Bean(destroyMethod = "close")
    @Lazy
    @ConditionalOnMissingBean
    TransactionMessageTemplate ternMQTransactionMessageTemplate(
            ClusterTransactions transactions, TransactionTemplates templates) {
        return transactions.template(templates);
    }

    /** What needs a database. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({JdbcTemplate.class, DataSourceScriptDatabaseInitializer.class})
    @ConditionalOnSingleCandidate(DataSource.class)
    static class Jdbc {

        @Bean(destroyMethod = "close")
        @Lazy
        @DependsOnDatabaseInitialization
        @ConditionalOnMissingBean(TransactionRecords.class)
        JdbcTransactionRecords ternMQTransactionRecords(
                DataSource dataSource, TernMQProperties properties, ResourceLoader resources) {
            TransactionProperties settings = properties.transaction();
            JdbcTable.TRANSACTIONS.prepare(dataSource, resources, settings.jdbc());
            JdbcTransactionRecords records = new JdbcTransactionRecords(
                    dataSource, settings.rollbackAfter(), settings.jdbc().retention(), InstantSource.system());
            records.deleteExpiredEvery(settings.jdbc().cleanupInterval());
            return records;
        }

        @Bean(destroyMethod = "close")
        @Lazy
        @DependsOnDatabaseInitialization
        @ConditionalOnMissingBean
        HandledMessages ternMQHandledMessages(
                DataSource dataSource, TernMQProperties properties, ResourceLoader resources) {
            JdbcTableProperties settings = properties.idempotent().jdbc();
            JdbcTable.HANDLED.prepare(dataSource, resources, settings);
            HandledMessages handled = new HandledMessages(dataSource, settings.retention(), InstantSource.system());
            handled.deleteExpiredEvery(settings.cleanupInterval());
            return handled;
        }

        @Bean
        @ConditionalOnMissingBean
        IdempotentInterceptor ternMQIdempotentInterceptor(
                ObjectProvider<HandledMessages> handled,
                PlatformTransactionManager transactionManager,
                MessageMapper mapper) {
            return new IdempotentInterceptor(handled::getObject, transactionManager, mapper);
        }
    }
}
