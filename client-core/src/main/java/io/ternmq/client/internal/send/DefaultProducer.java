package io.ternmq.client.internal.send;

import io.ternmq.client.Credentials;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.QueueSelector;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendCallback;
import io.ternmq.client.SendResult;
import io.ternmq.client.internal.codec.BodyCompression;
import io.ternmq.client.internal.codec.HalfMark;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.client.internal.send.Packer.Extras;
import io.ternmq.protocol.message.SysFlag;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The producer: its life, and the forms in which a send can be asked for. */
public final class DefaultProducer implements Producer {

    private static final Logger LOGGER = LoggerFactory.getLogger(DefaultProducer.class);

    /** What a started producer works with. */
    private record Running(ClientInstance client, Sender sender, Requests requests) {}

    private final ProducerConfig config;
    private final ClientRegistry registry;
    private volatile @Nullable ExecutorService callbackExecutor;
    private volatile @Nullable Running running;
    private volatile boolean closed;

    public DefaultProducer(ProducerConfig config, ClientRegistry registry) {
        BodyCompression.requireAvailable(config.compression());
        this.config = config;
        this.registry = registry;
    }

    @Override
    public boolean isStarted() {
        return running != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new MQClientException("the producer was shut down and cannot be started again: group="
                    + config.groupId() + "; create a new one");
        }
        if (running != null) {
            return;
        }
        ClientInstance client = registry.acquire(config.client());
        boolean joined = false;
        try {
            client.addProducer(config.groupId());
            joined = true;
            if (client.connect()) {
                client.await(client.heartbeats().beat(), "brokers do not answer");
            }
        } catch (RuntimeException e) {
            try {
                if (joined) {
                    client.await(client.removeProducer(config.groupId()), "brokers do not answer");
                }
            } finally {
                registry.release(client);
            }
            throw e;
        }
        Sender sender = new Sender(config, client);
        running = new Running(client, sender, new Requests(client, sender));
        LOGGER.info("producer started: group={}, clientId={}", config.groupId(), client.clientId());
    }

    @Override
    public synchronized void shutdown() {
        Running stopping = running;
        closed = true;
        running = null;
        if (stopping == null) {
            return;
        }
        if (!stopping.sender().awaitIdle()) {
            LOGGER.warn("producer shuts down while messages are in flight: group={}", config.groupId());
        }
        stopping.sender().close();
        try {
            stopping.client().await(stopping.client().removeProducer(config.groupId()), "brokers do not answer");
        } finally {
            registry.release(stopping.client());
        }
        LOGGER.info("producer shut down: group={}", config.groupId());
    }

    @Override
    public void updateCredential(Properties credentialProperties) {
        require().client().connections().updateCredentials(Credentials.of(credentialProperties));
    }

    @Override
    public void setCallbackExecutor(ExecutorService callbackExecutor) {
        this.callbackExecutor = Objects.requireNonNull(callbackExecutor, "callbackExecutor");
    }

    @Override
    public SendResult send(Message message) {
        FutureOutcome outcome = new FutureOutcome();
        requireToWait().sender().send(message, Extras.NONE, outcome);
        return await(outcome.future());
    }

    @Override
    public List<SendResult> send(Collection<Message> messages) {
        return await(requireToWait().sender().send(messages));
    }

    /** Sends a half message and waits until the broker has stored it. */
    SendResult sendHalf(Message message, HalfMark mark) {
        FutureOutcome outcome = new FutureOutcome();
        Extras extras = Extras.alone(mark.properties(message), SysFlag.TRANSACTION_PREPARED);
        requireToWait().sender().send(message, extras, outcome);
        return await(outcome.future());
    }

    /** Sends to the queue of a sharding key and waits until the broker has stored the message. */
    SendResult sendOrdered(Message message, String shardingKey) {
        FutureOutcome outcome = new FutureOutcome();
        requireToWait().sender().sendOrdered(message, shardingKey, outcome);
        return await(outcome.future());
    }

    /** Sends to the queue of a sharding key. */
    CompletableFuture<SendResult> sendOrderedAsync(Message message, String shardingKey) {
        FutureOutcome outcome = new FutureOutcome();
        try {
            require().sender().sendOrdered(message, shardingKey, handOver(outcome));
        } catch (MQClientException e) {
            outcome.failed(e);
        }
        return outcome.future();
    }

    /** Sends to a chosen queue and waits until the broker has stored the message. */
    SendResult sendChosen(Message message, QueueSelector selector) {
        FutureOutcome outcome = new FutureOutcome();
        requireToWait().sender().sendChosen(message, selector, outcome);
        return await(outcome.future());
    }

    /** Sends to a chosen queue. */
    CompletableFuture<SendResult> sendChosenAsync(Message message, QueueSelector selector) {
        FutureOutcome outcome = new FutureOutcome();
        try {
            require().sender().sendChosen(message, selector, handOver(outcome));
        } catch (MQClientException e) {
            outcome.failed(e);
        }
        return outcome.future();
    }

    /** What this producer shares with others, while it is started. */
    ClientInstance client() {
        return require().client();
    }

    /** A callback runs on a thread that the answer it would wait for needs. */
    private Running requireToWait() {
        Running current = require();
        if (current.client().runtime().isOwnThread()) {
            throw new MQClientException("a callback of the client cannot wait for a send: group=" + config.groupId()
                    + "; use sendAsync, or give callbacks threads of their own by setCallbackExecutor");
        }
        return current;
    }

    private static <T> T await(CompletableFuture<T> sending) {
        try {
            return sending.get();
        } catch (ExecutionException e) {
            throw ClientInstance.rethrown(Failures.unwrap(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MQClientException("interrupted while sending; the message may have been stored all the same", e);
        }
    }

    @Override
    public void sendOneway(Message message) {
        require().sender().sendOneway(message);
    }

    @Override
    public void sendAsync(Message message, SendCallback sendCallback) {
        Objects.requireNonNull(sendCallback, "sendCallback");
        require().sender().send(message, Extras.NONE, handOver(new CallbackOutcome(message, sendCallback)));
    }

    @Override
    public CompletableFuture<SendResult> sendAsync(Message message) {
        FutureOutcome outcome = new FutureOutcome();
        try {
            require().sender().send(message, Extras.NONE, handOver(outcome));
        } catch (MQClientException e) {
            outcome.failed(e);
        }
        return outcome.future();
    }

    @Override
    public RecallOutcome recall(String topic, String recallHandle) {
        Running current = requireToWait();
        return await(new Recalls(current.client(), config.groupId()).recall(topic, recallHandle));
    }

    @Override
    public RescheduleResult reschedule(String topic, String recallHandle, Instant deliverAt) {
        Running current = requireToWait();
        return await(new Recalls(current.client(), config.groupId()).reschedule(topic, recallHandle, deliverAt));
    }

    /** Tells an outcome where the answer arrives, or on the executor for callbacks if there is one. */
    private Outcome handOver(Outcome outcome) {
        ExecutorService executor = callbackExecutor;
        return executor == null ? outcome : new ExecutorOutcome(outcome, executor);
    }

    @Override
    public CompletableFuture<List<SendResult>> sendAsync(Collection<Message> messages) {
        try {
            return handOver(require().sender().send(messages));
        } catch (MQClientException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Message request(Message message, Duration timeout) {
        return await(requireToWait().requests().request(message, timeout));
    }

    @Override
    public CompletableFuture<Message> requestAsync(Message message, Duration timeout) {
        try {
            return handOver(require().requests().request(message, timeout));
        } catch (MQClientException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public SendResult reply(Message request, Message reply) {
        FutureOutcome outcome = new FutureOutcome();
        requireToWait().requests().reply(request, reply, outcome);
        return await(outcome.future());
    }

    @Override
    public CompletableFuture<SendResult> replyAsync(Message request, Message reply) {
        FutureOutcome outcome = new FutureOutcome();
        try {
            require().requests().reply(request, reply, handOver(outcome));
        } catch (MQClientException e) {
            outcome.failed(e);
        }
        return outcome.future();
    }

    private <T> CompletableFuture<T> handOver(CompletableFuture<T> sending) {
        ExecutorService executor = callbackExecutor;
        CompletableFuture<T> handed = new CompletableFuture<>();
        CompletableFuture<?> unused = sending.whenComplete((results, error) -> {
            Runnable end = () -> complete(handed, results, error);
            try {
                if (executor == null) {
                    end.run();
                } else {
                    executor.execute(end);
                }
            } catch (RejectedExecutionException e) {
                // The application has shut its executor down before the producer; the outcome is not lost.
                end.run();
            }
        });
        return handed;
    }

    private static <T> void complete(CompletableFuture<T> handed, @Nullable T results, @Nullable Throwable error) {
        if (results != null) {
            handed.complete(results);
        } else {
            handed.completeExceptionally(ClientInstance.asClientException(Failures.unwrap(error)));
        }
    }

    private Running require() {
        Running current = running;
        if (current == null) {
            throw new MQClientException("the producer is not " + (closed ? "open any more" : "started yet") + ": group="
                    + config.groupId() + "; call start() once before sending, and shutdown() after the last send");
        }
        return current;
    }
}
