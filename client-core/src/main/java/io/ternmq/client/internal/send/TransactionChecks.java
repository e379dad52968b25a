package io.ternmq.client.internal.send;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.TransactionMember;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.header.EndTransactionHeader;
import io.ternmq.protocol.message.StoredMessage;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the broker's questions about local transactions, on a few threads of its own that are there only while there is something to
 * check. What does not fit is dropped: the broker asks again.
 */
final class TransactionChecks implements TransactionMember, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(TransactionChecks.class);
    private static final int THREADS = 4;
    private static final int WAITING = 2000;
    private static final int CLOSE_SECONDS = 3;

    private final ClientInstance client;
    private final String group;
    private final LocalTransactionChecker checker;
    private final ThreadPoolExecutor threads;

    /** Takes checks from now on. */
    TransactionChecks(ClientInstance client, String group, LocalTransactionChecker checker) {
        this.client = client;
        this.group = group;
        this.checker = checker;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                new DefaultThreadFactory("ternmq-client-check-" + group, true));
        threads.allowCoreThreadTimeOut(true);
        client.addTransactions(group, this);
    }

    @Override
    public void check(String address, CheckTransactionHeader header, StoredMessage half) {
        try {
            threads.execute(() -> answer(address, header, half));
        } catch (RejectedExecutionException e) {
            LOGGER.warn(
                    "too many transactions wait to be checked, the broker will ask again: group={}, messageId={}",
                    group,
                    header.messageId());
        }
    }

    private void answer(String address, CheckTransactionHeader header, StoredMessage half) {
        DefaultTransactionProducer.tell(
                client,
                address,
                new EndTransactionHeader(
                        half.topic(),
                        group,
                        header.queueOffset(),
                        header.commitLogOffset(),
                        DefaultTransactionProducer.outcome(status(header, half)),
                        true,
                        header.messageId(),
                        header.transactionId()));
    }

    private TransactionStatus status(CheckTransactionHeader header, StoredMessage half) {
        try {
            String broker = header.brokerName() == null ? "" : header.brokerName();
            Message message = MessageCodec.message(half, new MessageQueue(half.topic(), broker, half.queueId()));
            TransactionStatus status = checker.check(message);
            return status == null ? TransactionStatus.Unknow : status;
        } catch (RuntimeException e) {
            LOGGER.error(
                    "a local transaction could not be checked, the broker will ask again: group={}, topic={},"
                            + " messageId={}",
                    group,
                    half.topic(),
                    header.messageId(),
                    e);
            return TransactionStatus.Unknow;
        }
    }

    /** Takes no more checks; those under way have a few seconds to end. */
    @Override
    public void close() {
        client.removeTransactions(group, this);
        threads.getQueue().clear();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
