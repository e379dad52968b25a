package io.ternmq.interop.peer;

import io.ternmq.interop.driver.Line;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Consumers of TernMQ's client in a process of their own, which can be killed. What they are given comes to a listener, on a thread of this class;
 * what was reported before a kill still does.
 */
public final class TernMQMember implements AutoCloseable {
    private final ChildJvm jvm;
    private final Thread reader;
    private final CountDownLatch ready = new CountDownLatch(1);

    private TernMQMember(ChildJvm jvm, Listener listener) {
        this.jvm = jvm;
        this.reader = new Thread(
                () -> read(listener), "ternmq-member-" + jvm.process().pid());
        reader.setDaemon(true);
    }

    /**
     * A consumer of the process.
     *
     * @param orderly whether it takes the messages of each queue one after another
     */
    public record Wish(String group, String topic, boolean orderly) {}

    /** Is told what consumers of the process are given. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A message has come.
         *
         * @param nanos when, by {@link System#nanoTime}, which all processes of a machine share
         */
        void received(String group, String text, long nanos);
    }

    /**
     * Starts a process with one consumer for each wish; they are members of their groups when this returns.
     *
     * @param listener is told of each message before it counts as consumed
     */
    public static TernMQMember start(Path folder, String nameServer, List<Wish> wishes, Listener listener) {
        List<String> arguments = new ArrayList<>(List.of(nameServer));
        for (Wish wish : wishes) {
            arguments.add(Line.of("consumer")
                    .with("group", wish.group())
                    .with("topic", wish.topic())
                    .with("orderly", wish.orderly())
                    .build()
                    .text());
        }
        ChildJvm jvm = ChildJvm.startPiped(
                folder,
                ChildJvm.Program.ofClass(
                        System.getProperty("java.class.path"),
                        TernMQMemberMain.class.getName(),
                        List.of("-Xmx128m"),
                        arguments));
        TernMQMember member = new TernMQMember(jvm, listener);
        member.reader.start();
        member.awaitReady();
        return member;
    }

    /** Ends the process as a crash would, and returns when all that it has reported is told. */
    public void kill() {
        jvm.kill();
        awaitLastReport();
    }

    /** Lets its consumers leave their groups. */
    @Override
    public void close() {
        jvm.close();
        awaitLastReport();
    }

    private void awaitReady() {
        try {
            if (!ready.await(60, TimeUnit.SECONDS)) {
                jvm.kill();
                throw new IllegalStateException("a member does not start: " + jvm.describe());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting a member", interrupted);
        }
    }

    private void awaitLastReport() {
        try {
            reader.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Listener listener) {
        try (BufferedReader lines = jvm.process().inputReader(StandardCharsets.UTF_8)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                Line line = Line.parse(text);
                if (line.word().equals("ready")) {
                    ready.countDown();
                } else {
                    listener.received(line.get("group"), line.get("text"), Long.parseLong(line.get("nanos")));
                }
            }
        } catch (IOException ended) {
            throw new IllegalStateException("the reports of a member cannot be read: " + jvm.describe(), ended);
        }
    }
}
