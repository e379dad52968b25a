package io.ternmq.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OffsetsTest {
    @TempDir
    Path directory;

    private Offsets offsets;

    @BeforeEach
    void open() throws IOException {
        offsets = reopened();
    }

    @Test
    void survivesARestart() throws IOException {
        offsets.commit("g", "t", 3, 42);
        offsets.save();

        assertThat(reopened().committed("g", "t", 3)).hasValue(42);
        assertThat(reopened().committed("g", "t", 0)).isEmpty();
    }

    /** The log may have lost its end in a crash of the machine, while the offsets were on disk already. */
    @Test
    void takesBackWhatLiesBeyondTheEndOfAQueue() throws IOException {
        offsets.commit("g", "t", 0, 1000);
        offsets.commit("g", "t", 1, 10);
        offsets.save();
        Offsets recovered = reopened();

        recovered.limitTo((topic, queue) -> 990);

        assertThat(recovered.committed("g", "t", 0)).hasValue(990);
        assertThat(recovered.committed("g", "t", 1)).hasValue(10);
    }

    private Offsets reopened() throws IOException {
        return Offsets.open(new SnapshotFile(Files.real(), directory.resolve("offsets.json")));
    }
}
