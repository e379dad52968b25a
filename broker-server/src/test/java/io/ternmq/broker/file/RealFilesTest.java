package io.ternmq.broker.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFilesTest {
    private final Files files = Files.real();

    @TempDir
    private Path directory;

    @Test
    void readsAndMapsWhatWasWritten() throws Exception {
        try (DataFile file = files.openOrCreate(directory.resolve("f"))) {
            file.write(3, bytes("abc"));

            ByteBuffer read = ByteBuffer.allocate(3);
            file.read(3, read);
            assertThat(text(read.flip())).isEqualTo("abc");
            assertThat(file.size()).isEqualTo(6);
            assertThat(text(file.map(4, 2))).isEqualTo("bc");
        }
    }

    @Test
    void aViewShowsLaterWritesAndOutlivesTheFile() throws Exception {
        Path path = directory.resolve("f");
        ByteBuffer view;
        try (DataFile file = files.openOrCreate(path)) {
            file.resize(100);
            view = file.map(0, 100);
            file.write(10, bytes("later"));
        }
        files.delete(path);

        assertThat(text(view.slice(10, 5))).isEqualTo("later");
        assertThat(view.isReadOnly()).isTrue();
    }

    @Test
    void refusesToReadOrMapBeyondTheEnd() throws Exception {
        try (DataFile file = files.openOrCreate(directory.resolve("f"))) {
            file.write(0, bytes("abc"));

            assertThatThrownBy(() -> file.read(1, ByteBuffer.allocate(3))).isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> file.map(0, 4)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void extendsWithZerosAndCuts() throws Exception {
        try (DataFile file = files.openOrCreate(directory.resolve("f"))) {
            file.write(0, bytes("abc"));
            file.resize(1);
            file.resize(3);

            assertThat(text(file.map(0, 3))).isEqualTo("a\0\0");
        }
    }

    @Test
    void anInterruptedThreadFinishesItsCallAndStaysInterrupted() throws Exception {
        try (DataFile file = files.openOrCreate(directory.resolve("f"))) {
            Thread.currentThread().interrupt();
            file.write(0, bytes("abc"));
            boolean stillInterrupted = Thread.interrupted();
            file.write(3, bytes("def"));
            file.force();

            assertThat(stillInterrupted).isTrue();
            assertThat(text(file.map(0, 6))).isEqualTo("abcdef");
        }
    }

    @Test
    void opensOnlyWhatIsThereUnlessAskedToCreate() throws Exception {
        assertThatThrownBy(() -> files.open(directory.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
        assertThat(files.exists(directory.resolve("missing"))).isFalse();
        assertThat(files.list(directory.resolve("missing"))).isEmpty();
    }

    @Test
    void listsByNameAndReplacesOnRename() throws Exception {
        files.createDirectories(directory.resolve("a/b"));
        files.openOrCreate(directory.resolve("a/2")).close();
        try (DataFile file = files.openOrCreate(directory.resolve("a/1"))) {
            file.write(0, bytes("one"));
        }
        files.rename(directory.resolve("a/1"), directory.resolve("a/2"));
        files.forceDirectory(directory.resolve("a"));

        assertThat(files.list(directory.resolve("a")))
                .containsExactly(directory.resolve("a/2"), directory.resolve("a/b"));
        try (DataFile file = files.open(directory.resolve("a/2"))) {
            assertThat(file.size()).isEqualTo(3);
        }
    }

    @Test
    void locksForOneOwnerUntilReleased() throws Exception {
        Path lock = directory.resolve("lock");
        Closeable held = files.lock(lock);
        assertThatThrownBy(() -> files.lock(lock)).isInstanceOf(DirectoryInUseException.class);

        held.close();

        files.lock(lock).close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }
}
