package io.ternmq.benchmarks.load;

import io.ternmq.benchmarks.client.ClientFactory;
import io.ternmq.benchmarks.client.LoadClient;
import io.ternmq.benchmarks.client.LoadClient.Outcome;
import io.ternmq.benchmarks.client.Target;
import io.ternmq.benchmarks.load.CpuClock.CpuUse;
import io.ternmq.benchmarks.load.CpuClock.Reading;
import io.ternmq.benchmarks.load.Meter.Measurement;
import io.ternmq.benchmarks.load.Senders.Operation;
import io.ternmq.benchmarks.load.Senders.OperationFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes one run: opens a client, warms up, measures, and checks that nothing was lost where that can be known. */
final class LoadRun {
    private static final int PRIMING_MESSAGES = 8;
    private static final Duration PRIMING_LIMIT = Duration.ofSeconds(20);
    /** A genuine client that loses a race at its start waits for its next heartbeat, 30 s later. */
    private static final Duration CONSUMER_START_LIMIT = Duration.ofSeconds(50);

    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);
    private static final Duration BACKLOG_LIMIT = Duration.ofMinutes(2);
    private static final int BACKLOG_THREADS = 2;
    private static final long POLL_MILLIS = 2;

    private final LoadSettings settings;
    private final ClientFactory clients;
    private final CpuClock cpu;
    private final Bodies bodies;
    private final Meter sends = new Meter();

    LoadRun(LoadSettings settings, ClientFactory clients, CpuClock cpu) {
        this.settings = settings;
        this.clients = clients;
        this.cpu = cpu;
        this.bodies = new Bodies(settings.size(), System.nanoTime());
    }

    /** Returns what was measured; a run of which nothing succeeded is an exception. */
    List<Row> run() throws Exception {
        String instance = "load-" + ProcessHandle.current().pid();
        try (LoadClient client = clients.open(new Target(settings.nameServer(), settings.topic(), instance))) {
            prime(client);
            List<Row> rows = switch (settings.mode()) {
                case sync, batch -> List.of(produce(client, ""));
                case oneway -> List.of(produce(client, "calls, not arrivals"));
                case async -> List.of(produceAsync(client));
                case consume -> List.of(consume(client));
                case e2e -> endToEnd(client);
            };
            if (rows.get(0).measured().messages() == 0) {
                throw new IllegalStateException(
                        "nothing succeeded in the window: mode=" + settings.mode() + ", failures="
                                + rows.get(0).measured().failures(),
                        sends.firstFailure());
            }
            return rows;
        }
    }

    /** Sends a few messages, so that nothing measured depends on the creation of the topic. */
    private void prime(LoadClient client) throws Exception {
        long deadline = System.nanoTime() + PRIMING_LIMIT.toNanos();
        int sent = 0;
        while (sent < PRIMING_MESSAGES) {
            try {
                client.send(bodies.make(System.nanoTime()));
                sent++;
            } catch (Exception e) {
                if (System.nanoTime() >= deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private Row produce(LoadClient client, String note) throws Exception {
        Measurement measured = Senders.during(settings.threads(), thread -> operation(client), () -> window(sends));
        return new Row(settings.mode().name(), settings.threads(), measured, note);
    }

    private Operation operation(LoadClient client) {
        return switch (settings.mode()) {
            case oneway -> () -> timed(() -> client.sendOneway(bodies.make(System.nanoTime())), 1);
            case batch ->
                () -> {
                    List<byte[]> batch = batch(settings.batch());
                    timed(() -> client.sendBatch(batch), batch.size());
                };
            default -> () -> timed(() -> client.send(bodies.make(System.nanoTime())), 1);
        };
    }

    private List<byte[]> batch(int count) {
        List<byte[]> batch = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            batch.add(bodies.make(System.nanoTime()));
        }
        return batch;
    }

    private void timed(Send send, int messages) throws InterruptedException {
        timed(send, messages, System.nanoTime());
    }

    private void timed(Send send, int messages, long beganNanos) throws InterruptedException {
        try {
            send.run();
            sends.done(beganNanos, messages);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            sends.failed(messages, e);
        }
    }

    private Row produceAsync(LoadClient client) throws Exception {
        Semaphore permits = new Semaphore(settings.inFlight());
        OperationFactory sending = thread -> () -> {
            permits.acquire();
            long began = System.nanoTime();
            client.sendAsync(bodies.make(began), new Outcome() {
                @Override
                public void stored() {
                    sends.done(began);
                    permits.release();
                }

                @Override
                public void failed(Throwable reason) {
                    sends.failed(1, reason);
                    permits.release();
                }
            });
        };
        Measurement measured = Senders.during(settings.threads(), sending, () -> window(sends));
        boolean answered = permits.tryAcquire(settings.inFlight(), DRAIN_LIMIT.toSeconds(), TimeUnit.SECONDS);
        String note = "in-flight=" + settings.inFlight()
                + (answered ? "" : " unanswered=" + (settings.inFlight() - permits.availablePermits()));
        return new Row(settings.mode().name(), settings.threads(), measured, note);
    }

    private Measurement window(Meter meter) throws Exception {
        return window(List.of(meter)).get(0);
    }

    private List<Measurement> window(List<Meter> meters) throws Exception {
        pause(settings.warmup());
        meters.forEach(Meter::open);
        Reading start = cpu.read();
        pause(settings.duration());
        CpuUse use = cpu.read().since(start);
        return meters.stream().map(meter -> meter.close(use)).toList();
    }

    private static void pause(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    /** Measures from the tenth part of the backlog on, so that the consumer's start is left out. */
    private Row consume(LoadClient client) throws Exception {
        int backlog = sendBacklog(client);
        int first = backlog / 10;
        Meter received = new Meter();
        AtomicInteger count = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);

        client.consume("load-" + settings.topic(), settings.threads(), body -> {
            received.count(1);
            int number = count.incrementAndGet();
            if (number == first) {
                begun.countDown();
            } else if (number == backlog) {
                finished.countDown();
            }
        });
        if (!begun.await(CONSUMER_START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the consumer does not consume: received=" + count.get() + ", backlog="
                    + backlog + ", waited=" + CONSUMER_START_LIMIT);
        }
        received.open();
        Reading start = cpu.read();
        boolean all = finished.await(settings.duration().toMillis(), TimeUnit.MILLISECONDS);
        Measurement measured = received.close(cpu.read().since(start));
        return new Row(
                settings.mode().name(),
                settings.threads(),
                measured,
                "backlog=" + backlog + (all ? "" : " (cut off by the duration)"));
    }

    private int sendBacklog(LoadClient client) throws Exception {
        AtomicInteger left = new AtomicInteger(settings.backlog());
        OperationFactory sending = thread -> () -> {
            int mine = Math.min(settings.batch(), left.getAndAdd(-settings.batch()));
            if (mine > 0) {
                timed(() -> client.sendBatch(batch(mine)), mine);
            } else {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        };
        Senders.during(BACKLOG_THREADS, sending, () -> {
            long deadline = System.nanoTime() + BACKLOG_LIMIT.toNanos();
            while (left.get() > 0 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return left;
        });
        int sent = Math.toIntExact(sends.total());
        if (sent == 0) {
            throw new IllegalStateException("no backlog could be sent", sends.firstFailure());
        }
        return sent + PRIMING_MESSAGES;
    }

    private List<Row> endToEnd(LoadClient client) throws Exception {
        Meter received = new Meter();
        long began = System.nanoTime();
        client.consume("load-" + settings.topic(), settings.consumeThreads(), body -> {
            if (bodies.isOurs(body)) {
                received.done(Bodies.bornNanos(body));
            }
        });
        awaitTotal(received, PRIMING_MESSAGES, CONSUMER_START_LIMIT);
        String ready = "consumer ready after " + (System.nanoTime() - began) / 1_000_000 + " ms";

        double perThread = (double) settings.rate() / settings.threads();
        OperationFactory sending = thread -> {
            Pace pace = new Pace(perThread, (double) thread / settings.threads());
            return () -> {
                long due = pace.await();
                timed(() -> client.send(bodies.make(due)), 1, due);
            };
        };
        List<Measurement> measured =
                Senders.during(settings.threads(), sending, () -> window(List.of(sends, received)));
        long stored = sends.total() + PRIMING_MESSAGES;
        awaitTotal(received, stored, DRAIN_LIMIT);
        long missing = stored - received.total();
        String loss = missing == 0 ? "all received" : missing > 0 ? "missing=" + missing : "duplicates=" + -missing;
        return List.of(
                new Row("e2e send", settings.threads(), measured.get(0), "rate=" + settings.rate()),
                new Row("e2e receive", settings.consumeThreads(), measured.get(1), loss + ", " + ready));
    }

    private static void awaitTotal(Meter meter, long total, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (meter.total() < total && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** A send whose failure is counted. */
    @FunctionalInterface
    private interface Send {
        void run() throws Exception;
    }
}
