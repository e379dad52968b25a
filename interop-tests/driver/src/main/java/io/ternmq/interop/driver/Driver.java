package io.ternmq.interop.driver;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out commands. Every command has an {@code id} and gets exactly one answer with the same {@code id}: {@code ok} with what
 * was asked for, or {@code failed} with the exception. Thread safe.
 */
final class Driver {
    private final Consumer<Line> output;
    private final Map<String, GenuineProducer> producers = new ConcurrentHashMap<>();
    private final Map<String, GenuineConsumer> consumers = new ConcurrentHashMap<>();
    private final Map<String, GenuineLitePuller> litePullers = new ConcurrentHashMap<>();
    private final Map<String, GenuineReplier> repliers = new ConcurrentHashMap<>();
    private final ExecutorService commands = Executors.newCachedThreadPool();

    Driver(Consumer<Line> output) {
        this.output = output;
    }

    /** Starts a command; its answer comes later. */
    void accept(Line command) {
        commands.execute(() -> {
            String id = command.get("id");
            try {
                var unused = carryOut(command).whenComplete((answer, failure) -> {
                    if (failure != null) {
                        fail(id, failure);
                    } else {
                        output.accept(answer.with("id", id).build());
                    }
                });
            } catch (Exception | LinkageError failure) {
                fail(id, failure);
            }
        });
    }

    private CompletableFuture<Line.Builder> carryOut(Line command) throws Exception {
        return switch (command.word()) {
            case "producer" -> {
                producers.put(command.get("name"), GenuineProducer.start(command));
                yield done();
            }
            case "send" -> producer(command).send(command);
            case "batch" -> producer(command).sendBatch(command);
            case "checks" ->
                CompletableFuture.completedFuture(
                        Line.of("ok").with("count", producer(command).checks()));
            case "recall" ->
                CompletableFuture.completedFuture(Line.of("ok")
                        .with("msgId", producer(command).recall(command.get("topic"), command.get("handle"))));
            case "request" ->
                CompletableFuture.completedFuture(producer(command).request(command));
            case "replier" -> {
                repliers.put(command.get("name"), GenuineReplier.start(command));
                yield done();
            }
            case "createTopic" -> {
                producer(command).createTopic(command.get("topic"), command.number("queues", 4));
                yield done();
            }
            case "queues" ->
                CompletableFuture.completedFuture(
                        Line.of("ok").with("count", producer(command).writeQueues(command.get("topic"))));
            case "consumer" -> {
                consumers.put(command.get("name"), GenuineConsumer.start(command, output));
                yield done();
            }
            case "litePuller" -> {
                litePullers.put(
                        command.get("name"),
                        GenuineLitePuller.start(
                                command, (name, message) -> output.accept(GenuineConsumer.received(name, message))));
                yield done();
            }
            case "admin" -> {
                String[] arguments = command.under("argument.").values().toArray(String[]::new);
                yield CompletableFuture.completedFuture(Line.of("ok").with("printed", AdminTool.run(arguments)));
            }
            case "stop" -> {
                stop(command.get("name"));
                yield done();
            }
            default -> throw new IllegalArgumentException("unknown command: " + command.text());
        };
    }

    private void stop(String name) throws InterruptedException {
        GenuineProducer producer = producers.remove(name);
        if (producer != null) {
            producer.stop();
        }
        GenuineReplier replier = repliers.remove(name);
        if (replier != null) {
            replier.stop();
        }
        GenuineLitePuller litePuller = litePullers.remove(name);
        if (litePuller != null) {
            litePuller.stop();
        }
        GenuineConsumer consumer = consumers.remove(name);
        if (consumer != null) {
            consumer.stop();
        }
    }

    private GenuineProducer producer(Line command) {
        return started(producers.get(command.get("name")), command);
    }

    private static <T> T started(@Nullable T client, Line command) {
        if (client == null) {
            throw new IllegalArgumentException("no such client was started: name=" + command.get("name"));
        }
        return client;
    }

    private static CompletableFuture<Line.Builder> done() {
        return CompletableFuture.completedFuture(Line.of("ok"));
    }

    private void fail(String id, Throwable failure) {
        failure.printStackTrace();
        output.accept(Line.of("failed").with("id", id).with("error", failure).build());
    }
}
