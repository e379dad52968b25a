package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real jar in a process of its own: killed without warning, over and over, and ended politely. {@code -Dternmq.kills=N} kills it
 * N times, one half in each flush mode; {@code -Dternmq.kills.seed=N} sets when.
 */
class KilledBrokerIT {
    private static final int KILLS = Integer.getInteger("ternmq.kills", 24);
    /** Kills that one data directory has to bear, so that a long run does not fill the disk. */
    private static final int KILLS_OF_ONE_DIRECTORY = 25;

    private static final int PRODUCERS = 3;
    private static final int IN_FLIGHT = 64;
    private static final int MAX_ACKNOWLEDGED_IN_A_LIFE = 5_000;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void losesNoAcknowledgedMessageWhenItIsKilledAtRandomMoments(String flush) throws Exception {
        long seed = Long.getLong("ternmq.kills.seed", System.nanoTime());
        Random chance = new Random(seed);
        int kills = Math.max(1, KILLS / 2);
        long acknowledged = 0;
        try {
            for (int done = 0; done < kills; done += KILLS_OF_ONE_DIRECTORY) {
                Path place = Files.createDirectory(directory.resolve("after" + done));
                KilledQueues queues = new KilledQueues();
                killRepeatedly(place, flush, Math.min(KILLS_OF_ONE_DIRECTORY, kills - done), queues, chance);
                acknowledged += queues.acknowledged();
                delete(place);
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("killed broker broke its promise: flush=" + flush + ", seed=" + seed, e);
        }
        System.out.println("broker killed " + kills + " times: flush=" + flush + ", seed=" + seed
                + ", acknowledged messages=" + acknowledged + ", lost=0");
    }

    @Test
    void closesCleanlyWhenItIsToldTo() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(directory, "sync")) {
            try (TestClient client = new TestClient(broker.awaitPort())) {
                client.send("polite", "x");
            }

            broker.stop();

            assertThat(broker.output().lines()).singleElement().asString().contains("is ready");
        }
    }

    private static void killRepeatedly(Path place, String flush, int kills, KilledQueues queues, Random chance)
            throws Exception {
        long[] nextNumbers = new long[PRODUCERS];
        for (int producer = 0; producer < PRODUCERS; producer++) {
            nextNumbers[producer] = producer * KilledQueues.EACH;
        }
        for (int kill = 0; kill < kills; kill++) {
            if (chance.nextInt(5) == 0) {
                killAtStart(place, flush, chance);
            } else {
                killUnderLoad(place, flush, nextNumbers, queues, chance);
            }
        }
        try (BrokerProcess broker = BrokerProcess.start(place, flush);
                TestClient client = new TestClient(broker.awaitPort())) {
            queues.look(client);
            queues.lookAtAll(client);
        }
    }

    private static void killAtStart(Path place, String flush, Random chance) throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(place, flush)) {
            broker.letLive(Duration.ofMillis(chance.nextInt(700)));
            broker.kill();
        }
    }

    private static void killUnderLoad(Path place, String flush, long[] nextNumbers, KilledQueues queues, Random chance)
            throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(place, flush)) {
            int port = broker.awaitPort();
            try (TestClient client = new TestClient(port)) {
                queues.look(client);
                queues.consume(client);
            }
            loadUntilKilled(broker, port, nextNumbers, queues, chance);
            assertThat(broker.output()).doesNotContain("ERROR");
        }
    }

    private static void loadUntilKilled(
            BrokerProcess broker, int port, long[] nextNumbers, KilledQueues queues, Random chance) throws Exception {
        CountDownLatch untilKill = new CountDownLatch(chance.nextInt(MAX_ACKNOWLEDGED_IN_A_LIFE));
        List<Thread> producers = new ArrayList<>();
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < PRODUCERS; i++) {
                int producer = i;
                TestClient client = new TestClient(port);
                clients.add(client);
                Random choice = new Random(chance.nextLong());
                producers.add(new Thread(
                        () -> nextNumbers[producer] = produce(client, nextNumbers[producer], queues, untilKill, choice),
                        "producer-" + producer));
            }
            producers.forEach(Thread::start);
            assertThat(untilKill.await(60, TimeUnit.SECONDS))
                    .as("broker has stalled: %s", broker.output())
                    .isTrue();
            broker.kill();
            for (TestClient client : clients) {
                client.closed().get(60, TimeUnit.SECONDS);
            }
            for (Thread producer : producers) {
                producer.join(60_000);
                assertThat(producer.isAlive()).isFalse();
            }
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
    }

    /** Sends until the connection is gone, without waiting for single answers; returns the next number to use. */
    private static long produce(
            TestClient client, long firstNumber, KilledQueues queues, CountDownLatch untilKill, Random choice) {
        Semaphore room = new Semaphore(IN_FLIGHT);
        long number = firstNumber;
        try {
            while (!client.closed().isDone()) {
                if (!room.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    continue;
                }
                long sent = number++;
                int queue = choice.nextInt(KilledQueues.QUEUES);
                CompletableFuture<Command> answer =
                        client.startSend(KilledQueues.TOPIC, queue, KilledQueues.body(sent), Map.of());
                answer.whenComplete((command, failure) -> {
                    room.release();
                    if (command != null && command.code() == 0) {
                        queues.acknowledged(queue, queueOffset(command), sent);
                        untilKill.countDown();
                    }
                });
            }
        } catch (UncheckedIOException killed) {
            // The connection ends in the middle of a write; the next life goes on.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return number;
    }

    private static long queueOffset(Command answer) {
        try {
            return answer.fields().requireLong("queueOffset");
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
    }

    private static void delete(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
