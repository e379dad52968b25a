package io.ternmq.spring.boot;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Producer;
import io.ternmq.client.StartPolicy;
import io.ternmq.spring.core.ClientStartException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.function.SingletonSupplier;

/**
 * Starts the producers that no bean of the application asked for, in the first phase. Where the application is to wait for its cluster, or to
 * fail without it, that is done there and then; else beside the rest of the start, so that nobody waits for what the application may
 * need only later, or never.
 */
final class ProducerStarter implements SmartLifecycle {

    /** The name of the default cluster's producer; that of another cluster's has the cluster's name behind a dot. */
    static final String PRODUCER = "ternMQProducer";

    private static final Logger LOG = LoggerFactory.getLogger(ProducerStarter.class);
    private static final long PATIENCE_MILLIS = 5_000;

    private final ListableBeanFactory beans;
    private final StartPolicy policy;
    private volatile @Nullable Thread starting;
    private volatile boolean running;

    ProducerStarter(ListableBeanFactory beans, StartPolicy policy) {
        this.beans = beans;
        this.policy = policy;
    }

    /** The producer bean, made when it is first needed. Whoever sends and finds that it cannot start learns why, without the bean's circumstances. */
    static Supplier<Producer> whenNeeded(Supplier<Producer> bean) {
        return SingletonSupplier.of(() -> {
            try {
                return bean.get();
            } catch (BeanCreationException e) {
                ClientStartException failure = startFailure(e);
                if (failure != null && failure.getCause() instanceof MQClientException reason) {
                    throw new MQClientException(reason.getResponseCode(), String.valueOf(failure.getMessage()), e);
                }
                throw e;
            }
        });
    }

    private static @Nullable ClientStartException startFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientStartException found) {
                return found;
            }
        }
        return null;
    }

    @Override
    public void start() {
        running = true;
        if (policy != StartPolicy.BACKGROUND) {
            producers().forEach(beans::getBean);
            return;
        }
        Thread thread = new Thread(this::startBeside, "ternmq-start");
        thread.setDaemon(true);
        starting = thread;
        thread.start();
    }

    private Stream<String> producers() {
        return Arrays.stream(beans.getBeanNamesForType(Producer.class, false, false))
                .filter(name -> name.equals(PRODUCER) || name.startsWith(PRODUCER + "."));
    }

    private void startBeside() {
        producers().forEach(name -> {
            try {
                Object unused = running ? beans.getBean(name) : null;
            } catch (RuntimeException e) {
                if (running) {
                    complain(e);
                }
            }
        });
    }

    /** The application runs, so nobody reports what has failed in the way a failed start is reported. */
    private static void complain(RuntimeException failure) {
        FailureAnalysis analysis = new ClientStartFailureAnalyzer().analyze(failure);
        if (analysis == null) {
            LOG.error("A TernMQ producer could not start; each send will try again", failure);
        } else {
            String action = analysis.getAction();
            LOG.error("{}; each send will try again.{}", analysis.getDescription(), action == null ? "" : " " + action);
        }
    }

    /** Called last, when nobody sends any more; a start that is still going on would be in the way of the end. */
    @Override
    public void stop() {
        running = false;
        Thread thread = starting;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        starting = null;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
