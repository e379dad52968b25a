package io.ternmq.client.internal.send;

import io.netty.buffer.Unpooled;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionSendResult;
import io.ternmq.client.TransactionStatus;
import io.ternmq.client.internal.codec.HalfMark;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.message.OffsetMessageId;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactional producer: a producer whose messages are half messages, the second phase of each, and the checks that the broker
 * asks for when it misses one.
 */
public final class DefaultTransactionProducer implements TransactionProducer {

    private static final Logger LOGGER = LoggerFactory.getLogger(DefaultTransactionProducer.class);

    private final DefaultProducer producer;
    private final HalfMark mark;
    private final LocalTransactionChecker checker;
    private final Duration patience;
    /** Counts transactions, so that a shutdown can wait until each has told the broker its outcome; whoever ends one may be another thread. */
    private final UnderWay underWay = new UnderWay();

    private @Nullable TransactionChecks checks;

    public DefaultTransactionProducer(ProducerConfig config, LocalTransactionChecker checker, ClientRegistry registry) {
        this.producer = new DefaultProducer(config, registry);
        this.mark = new HalfMark(config.groupId(), config.checkImmunity());
        this.checker = Objects.requireNonNull(checker, "checker");
        this.patience = config.sendTimeout();
    }

    @Override
    public boolean isStarted() {
        return producer.isStarted();
    }

    @Override
    public boolean isClosed() {
        return producer.isClosed();
    }

    @Override
    public synchronized void start() {
        producer.start();
        if (checks == null) {
            checks = new TransactionChecks(producer.client(), mark.group(), checker);
        }
    }

    /** Checks and local transactions under way end first, as far as they do in time: the words about both need the connections. */
    @Override
    public synchronized void shutdown() {
        awaitTransactions();
        if (checks != null) {
            checks.close();
            checks = null;
        }
        producer.shutdown();
    }

    private void awaitTransactions() {
        try {
            if (!underWay.awaitNone(patience)) {
                LOGGER.warn(
                        "producer shuts down while local transactions run, their outcomes wait for a check: group={}",
                        mark.group());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        producer.updateCredential(credentialProperties);
    }

    @Override
    public TransactionSendResult send(Message message, LocalTransactionExecuter executer, @Nullable Object arg) {
        Objects.requireNonNull(executer, "executer");
        Pending pending = begin(message);
        TransactionStatus status = TransactionStatus.Unknow;
        TransactionSendResult result;
        try {
            status = execute(executer, message, arg);
        } finally {
            result = pending.end(status);
        }
        return result;
    }

    @Override
    public Pending begin(Message message) {
        underWay.begin();
        try {
            SendResult half = producer.sendHalf(message, mark);
            if (half.getStatus() != SendStatus.OK) {
                end(half, TransactionStatus.RollbackTransaction);
                throw new MQClientException(
                        "the message is not stored safely enough to begin its local transaction: topic="
                                + message.getTopic() + ", messageId=" + half.getMessageId() + ", status="
                                + half.getStatus() + "; it was rolled back, send it again");
            }
            return new Half(message, half);
        } catch (RuntimeException | Error e) {
            underWay.end();
            throw e;
        }
    }

    private static TransactionStatus execute(LocalTransactionExecuter executer, Message message, @Nullable Object arg) {
        try {
            TransactionStatus status = executer.execute(message, arg);
            return status == null ? TransactionStatus.Unknow : status;
        } catch (RuntimeException e) {
            LOGGER.error(
                    "a local transaction has failed, its outcome will be checked: topic={}, messageId={}",
                    message.getTopic(),
                    message.getMsgID(),
                    e);
            return TransactionStatus.Unknow;
        }
    }

    /** Tells the very broker that has the half message; a word that is lost is made up for by a check. */
    private void end(SendResult half, TransactionStatus status) {
        try {
            ClientInstance client = producer.client();
            String broker = half.getTopicPartition().brokerName();
            String address = client.routes().masterAddress(half.getTopic(), broker);
            if (address == null) {
                LOGGER.warn(
                        "the outcome of a local transaction waits for a check, because its broker is not known any"
                                + " more: topic={}, messageId={}, broker={}, status={}",
                        half.getTopic(),
                        half.getMessageId(),
                        broker,
                        status);
                return;
            }
            tell(
                    client,
                    address,
                    new EndTransactionHeader(
                            half.getTopic(),
                            mark.group(),
                            half.getOffset(),
                            OffsetMessageId.parse(half.getOffsetMessageId()).commitLogOffset(),
                            outcome(status),
                            false,
                            half.getMessageId(),
                            half.getMessageId()));
        } catch (CommandException | RuntimeException e) {
            LOGGER.warn(
                    "the outcome of a local transaction waits for a check: topic={}, messageId={}, status={}",
                    half.getTopic(),
                    half.getMessageId(),
                    status,
                    e);
        }
    }

    /** Sends the second phase. */
    static void tell(ClientInstance client, String address, EndTransactionHeader end) {
        CompletableFuture<?> unused = client.connections()
                .oneway(address, RequestCode.END_TRANSACTION, end.encode(), Unpooled.EMPTY_BUFFER)
                .exceptionally(error -> {
                    LOGGER.warn(
                            "the outcome of a local transaction did not reach its broker and waits for a check:"
                                    + " address={}, messageId={}, reason={}",
                            address,
                            end.messageId(),
                            error.toString());
                    return null;
                });
    }

    static int outcome(TransactionStatus status) {
        return switch (status) {
            case CommitTransaction -> EndTransactionHeader.COMMIT;
            case RollbackTransaction -> EndTransactionHeader.ROLLBACK;
            case Unknow -> EndTransactionHeader.UNKNOWN;
        };
    }

    private final class Half implements Pending {

        private final Message message;
        private final SendResult half;
        private @Nullable TransactionSendResult ended;

        Half(Message message, SendResult half) {
            this.message = message;
            this.half = half;
        }

        @Override
        public Message message() {
            return message;
        }

        @Override
        public SendResult sendResult() {
            return half;
        }

        @Override
        public synchronized TransactionSendResult end(TransactionStatus status) {
            TransactionSendResult result = ended;
            if (result == null) {
                result = new TransactionSendResult(half, status);
                ended = result;
                try {
                    DefaultTransactionProducer.this.end(half, status);
                } finally {
                    underWay.end();
                }
            }
            return result;
        }

        @Override
        public String toString() {
            return "Pending[topic=" + half.getTopic() + ", messageId=" + half.getMessageId() + "]";
        }
    }

    /** How many transactions have begun and not ended. */
    private static final class UnderWay {

        private int count;

        synchronized void begin() {
            count++;
        }

        synchronized void end() {
            count--;
            if (count == 0) {
                notifyAll();
            }
        }

        synchronized boolean awaitNone(Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (count > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        }
    }
}
