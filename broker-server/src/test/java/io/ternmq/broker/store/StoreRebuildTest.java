package io.ternmq.broker.store;

import static io.ternmq.broker.store.StoreFixture.append;
import static io.ternmq.broker.store.StoreFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.query.KeyIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreRebuildTest {
    private static final Path DATA = Path.of("/data");
    private static final Path KEYS = DATA.resolve("index").resolve("keys");

    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private final StoreConfig config = StoreConfig.defaults(DATA).withSegmentBytes(64 * 1024);

    /** Killed in between, it leaves an index that is as it was, or none; not one whose files are missing. */
    @Test
    void deletesWhatNamesFilesBeforeTheFiles() throws IOException {
        fill();
        fill();
        List<String> changes = new ArrayList<>();
        disk.traceTo(change -> changes.add(change.strip()));

        new StoreRebuild(config, disk, List.of("index")).forget();

        assertThat(changes).contains("delete " + KEYS.resolve("manifest"), "delete " + KEYS);
        assertThat(changes.stream().filter(change -> change.startsWith("delete " + KEYS + "/")))
                .hasSizeGreaterThan(2)
                .last()
                .asString()
                .endsWith(".run");
        assertThat(changes.stream()
                        .dropWhile(change -> !change.equals("delete " + KEYS.resolve("manifest")))
                        .filter(change -> change.contains("manifest")))
                .as("nothing takes its place")
                .hasSize(1);
    }

    private void fill() throws IOException {
        try (MessageStore store = MessageStore.open(
                config,
                disk,
                () -> 1_000,
                (topic, queueId, next, tagsCode, time) -> {},
                List.of(KeyIndex.open(disk, KEYS)),
                new HandCrank())) {
            append(store, message("orders", 0, "x".getBytes(StandardCharsets.UTF_8), "KEYS\u0001k\u0002"));
        }
    }
}
