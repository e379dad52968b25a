package io.ternmq.spring.transaction;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import io.ternmq.client.TransactionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Remembers half messages and what was said about them. */
final class FakeTransactionProducer implements TransactionProducer {

    private final class Half implements Pending {

        private final Message message;
        private final SendResult result;
        private @Nullable TransactionStatus outcome;

        Half(Message message) {
            this.message = message;
            String id = UUID.randomUUID().toString();
            message.setMsgID(id);
            message.setBornTimestamp(System.currentTimeMillis());
            this.result = new SendResult(
                    id, new TopicPartition(message.getTopic(), "broker", 0), halves.size(), "offset-id", SendStatus.OK);
        }

        @Override
        public Message message() {
            return message;
        }

        @Override
        public SendResult sendResult() {
            return result;
        }

        @Override
        public TransactionSendResult end(TransactionStatus status) {
            if (endFailure != null) {
                throw endFailure;
            }
            if (outcome == null) {
                outcome = status;
            }
            return new TransactionSendResult(result, outcome);
        }
    }

    private final List<Half> halves = new ArrayList<>();
    private @Nullable LocalTransactionChecker checker;
    private @Nullable MQClientException refusal;
    private @Nullable RuntimeException endFailure;

    TransactionProducer with(String group, LocalTransactionChecker given) {
        checker = given;
        return this;
    }

    LocalTransactionChecker checker() {
        return Objects.requireNonNull(checker);
    }

    void refuse(MQClientException failure) {
        refusal = failure;
    }

    void failEnds(RuntimeException failure) {
        endFailure = failure;
    }

    /** What was said about each message, {@code null} if nothing was. */
    List<@Nullable TransactionStatus> outcomes() {
        List<@Nullable TransactionStatus> outcomes = new ArrayList<>();
        halves.forEach(half -> outcomes.add(half.outcome));
        return outcomes;
    }

    /** Asks about a message as the broker would. */
    TransactionStatus check(int index) {
        return checker().check(halves.get(index).message);
    }

    @Override
    public Pending begin(Message message) {
        if (refusal != null) {
            throw refusal;
        }
        Half half = new Half(message);
        halves.add(half);
        return half;
    }

    @Override
    public TransactionSendResult send(Message message, LocalTransactionExecuter executer, @Nullable Object arg) {
        return begin(message).end(executer.execute(message, arg));
    }

    @Override
    public boolean isStarted() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void start() {}

    @Override
    public void shutdown() {}

    @Override
    public void updateCredential(Properties credentialProperties) {}
}
