package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MQClientException;
import io.ternmq.protocol.body.MessageQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalOffsetsTest {

    private static final MessageQueue QUEUE = new MessageQueue("orders", "b1", 3);

    @TempDir
    private Path directory;

    @Test
    void knowsAfterReopeningWhatWasCommitted() {
        Path file = directory.resolve("group").resolve("offsets.json");
        LocalOffsets before = LocalOffsets.open(file);
        assertThat(before.commit(Map.of(QUEUE, 42L))).isCompleted();

        LocalOffsets after = LocalOffsets.open(file);

        assertThat(after.read(QUEUE)).isCompletedWithValue(OptionalLong.of(42));
        assertThat(after.read(new MessageQueue("orders", "b1", 4))).isCompletedWithValue(OptionalLong.empty());
    }

    @Test
    void writesOneFileThatPeopleCanRead() throws IOException {
        Path file = directory.resolve("offsets.json");
        LocalOffsets offsets = LocalOffsets.open(file);

        assertThat(offsets.commit(Map.of(QUEUE, 42L))).isCompleted();
        assertThat(offsets.commit(Map.of(QUEUE, 43L))).isCompleted();

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(Files.readString(file)).contains("\"topic\" : \"orders\"", "\"offset\" : 43");
    }

    @Test
    void isCompleteAtEveryTimeAlsoIfTwoInstancesWriteIt() throws Exception {
        Path file = directory.resolve("offsets.json");
        List<Callable<Object>> instances = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            LocalOffsets offsets = LocalOffsets.open(file);
            instances.add(Executors.callable(() -> {
                for (long offset = 0; offset < 300; offset++) {
                    offsets.commit(Map.of(QUEUE, offset)).join();
                    LocalOffsets.open(file);
                }
            }));
        }

        ExecutorService threads = Executors.newFixedThreadPool(instances.size());
        try {
            for (Future<Object> instance : threads.invokeAll(instances)) {
                instance.get();
            }
        } finally {
            threads.shutdown();
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void writesNothingBeforeTheFirstCommit() {
        LocalOffsets.open(directory.resolve("a").resolve("offsets.json"));

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesAFileThatItCannotRead() throws IOException {
        Path file = directory.resolve("offsets.json");
        Files.writeString(file, "[{\"topic\":");

        assertThatThrownBy(() -> LocalOffsets.open(file))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("delete it to begin anew");
    }
}
