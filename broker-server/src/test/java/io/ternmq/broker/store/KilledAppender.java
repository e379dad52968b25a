package io.ternmq.broker.store;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * A process that appends until it is killed, and prints a line for each message that is acknowledged: its number, queue and queue
 * offset. Arguments: data directory, flush mode, number of the first message.
 */
public final class KilledAppender {
    private static final int QUEUES = 3;

    private KilledAppender() {}

    /** Runs until killed. */
    public static void main(String[] arguments) throws IOException {
        StoreConfig config = StoreConfig.defaults(Path.of(arguments[0]))
                .withFlush(FlushMode.valueOf(arguments[1]))
                .withSegmentBytes(256 * 1024);
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Semaphore inFlight = new Semaphore(16);
        MessageStore store = MessageStore.open(
                config, Files.real(), Clock.system(), (topic, queueId, next, tagsCode, time) -> {}, List.of());
        for (long number = Long.parseLong(arguments[2]); ; number++) {
            inFlight.acquireUninterruptibly();
            int queueId = (int) (number % QUEUES);
            String line = number + " " + queueId + " ";
            store.append(StoreFixture.message("killed", queueId, body(number)), new AppendCallback() {
                @Override
                public void committed(AppendResult result) {
                    acknowledged.println(line + result.queueOffset() + " .");
                    inFlight.release();
                }

                @Override
                public void failed(StoreException reason) {
                    reason.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
            });
        }
    }

    /** The body of a message, which tells all about it. */
    static String body(long number) {
        return number + ":" + "x".repeat(new Random(number).nextInt(3_000));
    }
}
