package io.ternmq.interop.driver;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/** Local transactions that end as the test says, and checks that are counted. Thread safe. */
final class LocalTransactions implements TransactionListener {
    private final @Nullable String checkAnswer;
    private final AtomicInteger checks = new AtomicInteger();

    LocalTransactions(@Nullable String checkAnswer) {
        this.checkAnswer = checkAnswer;
    }

    int checks() {
        return checks.get();
    }

    @Override
    public LocalTransactionState executeLocalTransaction(Message message, Object outcome) {
        return state(String.valueOf(outcome));
    }

    @Override
    public LocalTransactionState checkLocalTransaction(MessageExt message) {
        checks.incrementAndGet();
        return state(String.valueOf(checkAnswer));
    }

    private static LocalTransactionState state(String outcome) {
        return switch (outcome) {
            case "COMMIT" -> LocalTransactionState.COMMIT_MESSAGE;
            case "ROLLBACK" -> LocalTransactionState.ROLLBACK_MESSAGE;
            default -> LocalTransactionState.UNKNOW;
        };
    }
}
