package io.ternmq.spring.transaction;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionProducer.Pending;
import io.ternmq.client.TransactionStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one checker that the producer of a group has: it asks the checker that is in charge of a message's topic. Transactions that
 * this process is still running are not known yet, whoever is in charge. Safe for use by many threads.
 */
final class TransactionCheckers implements LocalTransactionChecker {

    private final String group;
    private final List<CheckerRule> rules;
    private final Supplier<? extends @Nullable TransactionRecords> records;
    private final Map<String, LocalTransactionChecker> chosen = new ConcurrentHashMap<>();
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /**
     * Chooses among checkers for one group.
     *
     * @throws MQClientException if two of them are equally in charge of something
     */
    TransactionCheckers(
            String group, List<CheckerRule> rules, Supplier<? extends @Nullable TransactionRecords> records) {
        this.group = group;
        this.rules = rules.stream()
                .filter(rule -> rule.groups().isEmpty() || rule.groups().contains(group))
                .toList();
        this.records = records;
        if (this.rules.isEmpty()) {
            // What is missing in the database is told now, not with the first message.
            TransactionRecords unused = records.get();
        }
        for (int i = 0; i < this.rules.size(); i++) {
            for (int j = i + 1; j < this.rules.size(); j++) {
                refuseTie(this.rules.get(i), this.rules.get(j));
            }
        }
    }

    private void refuseTie(CheckerRule first, CheckerRule second) {
        boolean sameTopics = first.topics().isEmpty()
                ? second.topics().isEmpty()
                : first.topics().stream().anyMatch(second.topics()::contains);
        if (first.rank() == second.rank() && sameTopics) {
            throw new MQClientException("two transaction checkers answer for the same messages: group=" + group
                    + ", first=" + first.name() + " (topics=" + first.topics() + "), second=" + second.name()
                    + " (topics=" + second.topics() + "); tell them apart by @TransactionChecker(topics = \"...\") or"
                    + " @TransactionChecker(groups = \"...\")");
        }
    }

    /** The records to write for a message of the topic; {@code null} if another checker answers for it. */
    @Nullable
    TransactionRecords recordsFor(String topic) {
        return checker(topic) instanceof TransactionRecords own ? own : null;
    }

    /**
     * Who answers for a topic.
     *
     * @throws MQClientException if nobody does
     */
    LocalTransactionChecker checker(String topic) {
        return chosen.computeIfAbsent(topic, this::choose);
    }

    private LocalTransactionChecker choose(String topic) {
        CheckerRule best = null;
        for (CheckerRule rule : rules) {
            if (rule.fits(group, topic) && (best == null || rule.rank() > best.rank())) {
                best = rule;
            }
        }
        if (best != null) {
            return best.checker();
        }
        TransactionRecords recorded = records.get();
        if (recorded == null) {
            throw new MQClientException("nobody can tell the broker how the transaction of a message has ended: topic="
                    + topic + ", group=" + group
                    + "; define a LocalTransactionChecker bean for it, or one DataSource and"
                    + " spring-jdbc, so that the application's database keeps records");
        }
        return recorded;
    }

    /** From now on the message's transaction is not known yet. */
    void begun(Pending message) {
        running.add(message.sendResult().getMessageId());
    }

    /** Tells the broker how a message's transaction has ended. Whatever comes of that, a check is not put off any more. */
    void end(Pending message, TransactionStatus outcome) {
        try {
            message.end(outcome);
        } finally {
            running.remove(message.sendResult().getMessageId());
        }
    }

    @Override
    public TransactionStatus check(Message message) {
        String id = message.getMsgID();
        return id != null && running.contains(id)
                ? TransactionStatus.Unknow
                : checker(message.getTopic()).check(message);
    }
}
