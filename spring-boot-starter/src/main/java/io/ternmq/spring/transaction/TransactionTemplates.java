package io.ternmq.spring.transaction;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQClientException;
import io.ternmq.client.TransactionProducer;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Makes {@link TransactionMessageTemplate}s, one for each producer group that an application needs:
 *
 * <pre>{@code
 * @Bean(destroyMethod = "close")
 * TransactionMessageTemplate payments(TransactionTemplates templates) {
 *     return templates.create("payments");
 * }
 * }</pre>
 *
 * Most need one only, which Spring Boot makes. Safe for use by many threads.
 */
public final class TransactionTemplates {

    /** Makes producers and starts them. */
    @FunctionalInterface
    public interface ProducerSource {

        /** Makes and starts the producer of a group, with the checker that answers for it. */
        TransactionProducer start(String group, LocalTransactionChecker checker);
    }

    private final ProducerSource producers;
    private final MessageMapper mapper;
    private final SendInterceptor interceptor;
    private final List<CheckerRule> rules;
    private final Supplier<? extends @Nullable TransactionRecords> records;
    private final PlatformTransactionManager transactionManager;

    /**
     * Makes it.
     *
     * @param rules the checkers of the application
     * @param records answers where none of them does; asked for when it is needed, gives {@code null} if there is no such
     * @param transactionManager begins the transactions of {@code sendInTransaction}; is given a listener that looks just before a commit
     *     whether it may be
     */
    public TransactionTemplates(
            ProducerSource producers,
            MessageMapper mapper,
            List<SendInterceptor> interceptors,
            List<CheckerRule> rules,
            Supplier<? extends @Nullable TransactionRecords> records,
            PlatformTransactionManager transactionManager) {
        this.producers = producers;
        this.mapper = mapper;
        this.interceptor = SendInterceptor.compose(interceptors);
        this.rules = List.copyOf(rules);
        this.records = records;
        this.transactionManager = transactionManager;
        BeforeCommitListener.addTo(transactionManager);
    }

    /**
     * Makes a template and starts its producer; from then on it answers the broker's questions about the group's transactions, also those of
     * processes that have died. The template's {@code close} method shuts the producer down.
     *
     * @throws MQClientException if checkers of the application contradict each other for the group; and what the source of producers throws when
     *     the cluster cannot be reached or refuses
     */
    public TransactionMessageTemplate create(String group) {
        TransactionCheckers checkers = new TransactionCheckers(group, rules, records);
        TransactionProducer producer = producers.start(group, checkers);
        return new ProducerTransactionTemplate(producer, mapper, interceptor, checkers, transactionManager);
    }
}
