package io.ternmq.client.internal.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that all clients of a JVM share, however many producers and consumers there are: {@value #IO_THREADS} for
 * sockets and one for everything that has its time. None of them ever blocks. Listeners have threads of their own.
 */
public final class ClientRuntime implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClientRuntime.class);
    private static final int IO_THREADS = 2;

    private final EventLoopGroup io;
    private final Class<? extends Channel> channelType;
    private final ScheduledThreadPoolExecutor timer;
    private volatile @Nullable Thread timerThread;

    /** Makes the threads; they start when they are first needed. */
    public ClientRuntime() {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        this.io = new MultiThreadIoEventLoopGroup(
                IO_THREADS, new DefaultThreadFactory("ternmq-client-io", true), handlers);
        ThreadFactory timerThreads = new DefaultThreadFactory("ternmq-client-timer", true);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = timerThreads.newThread(task);
            timerThread = thread;
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        // After the end, tasks are dropped in silence: whoever scheduled them is closed too.
        timer.setRejectedExecutionHandler((task, executor) -> {});
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    EventLoopGroup io() {
        return io;
    }

    Class<? extends Channel> channelType() {
        return channelType;
    }

    /** Runs a task on the timer thread after a while; not at all if this runtime is closed before. */
    public ScheduledFuture<?> later(long delay, TimeUnit unit, Runnable task) {
        return timer.schedule(guarded(task), delay, unit);
    }

    /** Runs a task on the timer thread again and again, also after it has failed. */
    public ScheduledFuture<?> every(long period, TimeUnit unit, Runnable task) {
        return timer.scheduleWithFixedDelay(guarded(task), period, period, unit);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOGGER.error("a task of the client's timer has failed", e);
            }
        };
    }

    /** Whether the calling thread is one of these, which must not be blocked: what it would wait for needs it. */
    public boolean isOwnThread() {
        if (Thread.currentThread() == timerThread) {
            return true;
        }
        for (EventExecutor loop : io) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** Ends the threads; what is scheduled is forgotten. */
    @Override
    public void close() {
        timer.shutdownNow();
        var unused = io.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
