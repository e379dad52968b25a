package io.ternmq.broker.group;

import io.netty.buffer.ByteBuf;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client's connection without a socket, whose tasks run when the test says so. */
public final class FakeConnection implements ClientConnection {
    private final List<Runnable> onClose = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final List<Runnable> deadlines = new ArrayList<>();
    private boolean open = true;

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void push(Command oneway) {
        oneway.close();
    }

    @Override
    public CompletableFuture<Command> call(RequestCode code, Fields fields, ByteBuf body, Duration timeout) {
        body.release();
        return CompletableFuture.failedFuture(new ClosedChannelException());
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void whenWritable(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
        deadlines.add(task);
        return () -> deadlines.remove(task);
    }

    @Override
    public void onClose(Runnable task) {
        onClose.add(task);
    }

    public void close() {
        open = false;
        onClose.forEach(Runnable::run);
    }

    public void runTasks() {
        List<Runnable> due = List.copyOf(tasks);
        tasks.clear();
        due.forEach(Runnable::run);
    }

    public void passDeadlines() {
        List.copyOf(deadlines).forEach(Runnable::run);
    }

    public int deadlines() {
        return deadlines.size();
    }
}
