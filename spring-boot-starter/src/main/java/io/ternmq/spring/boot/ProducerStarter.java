package io.ternmq.spring.boot;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Producer;
import io.ternmq.client.StartPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.SmartLifecycle;

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
    private final TernMQConnectionDetails connection;
    private volatile @Nullable Thread starting;
    private volatile boolean running;

    ProducerStarter(ListableBeanFactory beans, TernMQConnectionDetails connection) {
        this.beans = beans;
        this.connection = connection;
    }

    @Override
    public void start() {
        running = true;
        List<String> later = new ArrayList<>();
        for (String producer : beans.getBeanNamesForType(Producer.class, true, false)) {
            if (!producer.equals(PRODUCER) && !producer.startsWith(PRODUCER + ".")) {
                continue;
            }
            if (isInsistent(producer)) {
                beans.getBean(producer);
            } else {
                later.add(producer);
            }
        }
        if (!later.isEmpty()) {
            Thread thread = new Thread(() -> later.forEach(this::startBeside), "ternmq-start");
            thread.setDaemon(true);
            starting = thread;
            thread.start();
        }
    }

    /** Whether the application is not to start without this producer's cluster. The embedded broker is there. */
    private boolean isInsistent(String producer) {
        boolean isDefault = producer.equals(PRODUCER);
        if (isDefault && connection.isEmbedded()) {
            return false;
        }
        ClientConfig client = isDefault
                ? beans.getBean(ClientConfig.class)
                : beans.getBean(
                        ClusterBeansRegistrar.clientBean(producer.substring(PRODUCER.length() + 1)),
                        ClientConfig.class);
        return client.startPolicy() != StartPolicy.BACKGROUND;
    }

    private void startBeside(String producer) {
        try {
            if (running) {
                beans.getBean(producer);
            }
        } catch (RuntimeException e) {
            if (running) {
                complain(e);
            }
        }
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
