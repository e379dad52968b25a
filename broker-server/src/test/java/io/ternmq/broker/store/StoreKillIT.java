package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.file.Files;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a real process in the middle of appending, several times, and looks for what it acknowledged. */
class StoreKillIT {
    private static final int ROUNDS = 4;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(FlushMode.class)
    void keepsEveryAcknowledgedMessageWhenTheProcessIsKilled(FlushMode mode) throws Exception {
        Random chance = new Random(42);
        Map<Long, Place> acknowledged = new TreeMap<>();
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            next = appendUntilKilled(mode, next, 100 + chance.nextInt(2_000), acknowledged);
            verify(mode, acknowledged);
        }
    }

    private long appendUntilKilled(FlushMode mode, long first, int count, Map<Long, Place> acknowledged)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAppender.class.getName(),
                        directory.toString(),
                        mode.name(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long highest = first;
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            String line = lines.readLine();
            for (int i = 0; line != null; i++) {
                if (i == count) {
                    process.destroyForcibly();
                }
                Place place = Place.parse(line);
                if (place != null) {
                    acknowledged.put(place.number, place);
                    highest = Math.max(highest, place.number);
                }
                line = lines.readLine();
            }
        } catch (IOException killed) {
            assertThat(process.waitFor()).isNotZero();
        }
        assertThat(process.waitFor())
                .as("it was killed, and did not end by itself")
                .isEqualTo(137);
        // Numbers of messages that were under way are not used again.
        return highest + 1_000;
    }

    private void verify(FlushMode mode, Map<Long, Place> acknowledged) throws IOException {
        StoreConfig config = StoreConfig.defaults(directory).withFlush(mode).withSegmentBytes(256 * 1024);
        try (MessageStore store = MessageStore.open(
                config, Files.real(), Clock.system(), (topic, queueId, next, tagsCode, time) -> {}, List.of())) {
            List<List<String>> queues = new ArrayList<>();
            for (int queueId = 0; queueId < 3; queueId++) {
                queues.add(StoreFixture.bodies(store, "killed", queueId, 0));
                assertThat(queues.get(queueId)).doesNotHaveDuplicates();
            }
            assertThat(acknowledged).isNotEmpty();
            acknowledged
                    .values()
                    .forEach(place -> assertThat(queues.get(place.queueId).get((int) place.queueOffset))
                            .isEqualTo(KilledAppender.body(place.number)));
            store.verify(
                    (file, position, logOffset, bytes) -> fail("damaged: file=" + file + ", position=" + position));
        }
    }

    /** What one line of the process says. */
    private record Place(long number, int queueId, long queueOffset) {
        /** Null if the process was killed in the middle of the line. */
        static @Nullable Place parse(String line) {
            String[] parts = line.split(" ", -1);
            return parts.length < 4
                    ? null
                    : new Place(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        }
    }
}
