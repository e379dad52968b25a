package io.ternmq.stream.inbound;

import io.ternmq.client.Message;
import io.ternmq.client.MessageSelector;
import io.ternmq.stream.headers.TernMQHeaderMapper;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.integration.core.Pausable;
import org.springframework.integration.core.RecoveryCallback;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.integration.support.ErrorMessageUtils;

/**
 * The inner end of an input binding: hands each message, or batch, to the channel, tries again as configured, and leaves what has failed at last to the error channel;
 * if that throws too, the message is not done.
 */
public final class InboundAdapter extends MessageProducerSupport implements Receiver, Pausable {

    private final InboundSettings settings;
    private final ConsumerGroups groups;
    private final StreamMessages messages;
    private final @Nullable RetryTemplate retry;
    private final RecoveryCallback<?> recovery;
    private volatile boolean halted;
    private volatile boolean paused;

    /**
     * Makes it.
     *
     * @param mapper turns user properties into headers
     * @param retry tries again; {@code null} for a single attempt
     * @param recovery takes what has failed at last, and throws if that does not count as done
     */
    public InboundAdapter(
            InboundSettings settings,
            ConsumerGroups groups,
            TernMQHeaderMapper mapper,
            @Nullable RetryTemplate retry,
            RecoveryCallback<?> recovery) {
        this.settings = settings;
        this.groups = groups;
        this.messages = new StreamMessages(
                settings.group(), settings.headersMapped() ? mapper : null, settings.nativeDecoding());
        this.retry = retry;
        this.recovery = recovery;
    }

    @Override
    public String getComponentType() {
        return "ternmq:inbound-channel-adapter";
    }

    @Override
    protected void doStart() {
        halted = false;
        groups.join(settings.groupSettings(), this);
        if (paused) {
            groups.pause(settings.groupSettings(), this);
        }
    }

    @Override
    protected void doStop() {
        groups.leave(settings.groupSettings(), this);
    }

    @Override
    public void pause() {
        paused = true;
        groups.pause(settings.groupSettings(), this);
    }

    @Override
    public void resume() {
        paused = false;
        groups.resume(settings.groupSettings(), this);
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    /** Lets no further message through, and stops soon. For threads that handle a message, which stopping waits for. */
    public void halt() {
        halted = true;
        Thread stopping = new Thread(this::stop, "ternmq-stop-" + settings.binding());
        stopping.setDaemon(true);
        stopping.start();
    }

    @Override
    public String describe() {
        return settings.binding();
    }

    @Override
    public List<String> topics() {
        return settings.topics();
    }

    @Override
    public MessageSelector selector() {
        return settings.selector();
    }

    @Override
    public int concurrency() {
        return settings.concurrency();
    }

    @Override
    public Outcome receive(List<Message> received) {
        Throwable failure = attempt(received);
        if (failure == null) {
            return new Outcome(received.size(), null);
        }
        int failed = failedIndex(failure, received.size());
        if (failed < 0) {
            return recover(received, failure) ? new Outcome(received.size(), null) : notDone(0);
        }
        // Those behind it come again, because the application has not tried them.
        return recover(List.of(received.get(failed)), failure) ? notDone(failed + 1, received.size()) : notDone(failed);
    }

    private Outcome notDone(int done) {
        return new Outcome(done, settings.redeliveryDelay());
    }

    private Outcome notDone(int done, int of) {
        return done == of ? new Outcome(done, null) : notDone(done);
    }

    private static int failedIndex(Throwable failure, int size) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BatchFailedException partial && partial.index() >= 0 && partial.index() < size) {
                return partial.index();
            }
        }
        return -1;
    }

    /** Hands it to the channel; returns what has failed at last. */
    private @Nullable Throwable attempt(List<Message> received) {
        AtomicInteger attempts = new AtomicInteger();
        org.springframework.messaging.Message<?> message = toSpring(received, attempts);
        try {
            if (halted) {
                return new IllegalStateException("the binding is stopping: binding=" + settings.binding());
            }
            if (retry == null) {
                attempts.incrementAndGet();
                sendMessage(message);
            } else {
                retry.execute(() -> {
                    attempts.incrementAndGet();
                    sendMessage(message);
                    return true;
                });
            }
            return null;
        } catch (RetryException e) {
            return e.getCause();
        } catch (Throwable e) {
            return e;
        }
    }

    private org.springframework.messaging.Message<?> toSpring(List<Message> received, AtomicInteger attempts) {
        return settings.batch() ? messages.batch(received, attempts) : messages.one(received.get(0), attempts);
    }

    private boolean recover(List<Message> received, Throwable failure) {
        if (halted) {
            return false;
        }
        org.springframework.messaging.Message<?> message = toSpring(received, new AtomicInteger());
        try {
            recovery.recover(ErrorMessageUtils.getAttributeAccessor(message, message), failure);
            return true;
        } catch (RuntimeException e) {
            logger.warn(
                    e,
                    () -> "messages are not done and come again: binding=" + settings.binding() + ", group="
                            + settings.group() + ", messages=" + received);
            return false;
        }
    }
}
