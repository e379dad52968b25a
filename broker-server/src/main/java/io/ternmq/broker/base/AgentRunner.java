package io.ternmq.broker.base;

import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an {@link Agent} on a daemon thread of its name: work, wait until it is due or woken, work again. An agent that throws
 * is logged and called again a second later. Waking and closing are for any thread.
 */
public final class AgentRunner implements Running {
    private static final Logger LOGGER = LoggerFactory.getLogger(AgentRunner.class);
    private static final long PAUSE_AFTER_FAILURE_NANOS = 1_000_000_000L;

    private final Agent agent;
    private final Thread thread;
    private volatile boolean woken;
    private volatile boolean closing;

    private AgentRunner(Agent agent) {
        this.agent = agent;
        this.thread = new Thread(this::loop, agent.name());
        thread.setDaemon(true);
    }

    /** Starts the agent. */
    public static Running start(Agent agent) {
        AgentRunner runner = new AgentRunner(agent);
        runner.thread.start();
        return runner;
    }

    @Override
    public void wake() {
        if (!woken) {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (!closing) {
            woken = false;
            long idleNanos = work();
            if (idleNanos > 0 && !woken && !closing) {
                LockSupport.parkNanos(this, idleNanos);
            }
        }
    }

    private long work() {
        try {
            return agent.work();
        } catch (RuntimeException | Error e) {
            LOGGER.error("agent failed; going on: agent={}", agent.name(), e);
            return PAUSE_AFTER_FAILURE_NANOS;
        }
    }
}
