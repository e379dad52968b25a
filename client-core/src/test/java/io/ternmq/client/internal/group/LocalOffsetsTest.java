package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MQClientException;
import io.ternmq.protocol.body.MessageQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
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
