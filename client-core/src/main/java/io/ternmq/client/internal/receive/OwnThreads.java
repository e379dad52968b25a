package io.ternmq.client.internal.receive;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.Workers;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that nobody shares: virtual ones, or the single ones that tell an application about its queues. */
final class OwnThreads implements Workers {

    private static final Logger LOGGER = LoggerFactory.getLogger(OwnThreads.class);
    private static final long IDLE_SECONDS = 30;

    private final ExecutorService threads;

    private OwnThreads(ExecutorService threads) {
        this.threads = threads;
    }

    /** Those on which a consumer calls its listeners, as its configuration wants them; of those of the client if they are platform threads. */
    static Workers ofListeners(ConsumerConfig config, ClientInstance client) {
        if (config.listenerThreads() == ListenerThreads.VIRTUAL) {
            return virtual();
        }
        int most = config.client().maxListenerThreads();
        if (config.consumeThreads() > most) {
            LOGGER.info(
                    "a consumer may have more threads than all of its client together; it gets no more than those:"
                            + " group={}, consumeThreads={}, maxListenerThreads={}",
                    config.groupId(),
                    config.consumeThreads(),
                    most);
        }
        return client.listenerThreads().forGroup(config.groupId());
    }

    /** Platform threads, made as they are needed and given up when idle. */
    static Workers platform(String name) {
        return new OwnThreads(new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                new DefaultThreadFactory("ternmq-listener-" + name, true)));
    }

    /** By reflection, because this is compiled for Java 17. */
    static Workers virtual() {
        try {
            return new OwnThreads((ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new MQClientException("virtual threads are not available; run on Java 21 or later", e);
        }
    }

    @Override
    public boolean start(boolean first, Runnable worker) {
        threads.execute(worker);
        return true;
    }

    @Override
    public void tellWhenFree(Runnable tryAgain) {
        // Nobody is refused.
    }

    @Override
    public boolean isWanted() {
        return false;
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
