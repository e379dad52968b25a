package io.ternmq.broker.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.broker.file.SimulatedDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotFileTest {
    private static final Path PATH = Path.of("/data/topics.json");
    private static final Path NEW = Path.of("/data/topics.json.new");

    private final SimulatedDisk disk = new SimulatedDisk(1 << 20);

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectories(Path.of("/data"));
    }

    @Test
    void isEmptyBeforeTheFirstSave() throws IOException {
        assertThat(file().load()).isEmpty();
    }

    @Test
    void loadsWhatWasSavedLast() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("one"));
        file.save(bytes("two\nlines"));

        assertThat(load()).isEqualTo("two\nlines");
    }

    @Test
    void keepsEmptyContent() throws IOException {
        file().save(new byte[0]);

        assertThat(load()).isEmpty();
    }

    @Test
    void fallsBackToThePreviousVersionWhenDamaged() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("one"));
        file.save(bytes("two"));
        disk.flipBit(PATH, 42, 3);

        assertThat(load()).isEqualTo("one");
    }

    @Test
    void neverReplacesThePreviousVersionByADamagedOne() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("one"));
        file.save(bytes("two"));
        disk.flipBit(PATH, 42, 3);

        SnapshotFile again = file();
        assertThat(again.load()).isPresent();
        again.save(bytes("three"));
        disk.flipBit(PATH, 42, 3);

        assertThat(load()).isEqualTo("one");
    }

    @Test
    void saysWhatToDoWhenNothingCanBeRead() throws IOException {
        file().save(bytes("one"));
        disk.flipBit(PATH, 42, 3);

        assertThatThrownBy(this::load)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(PATH.toString())
                .hasMessageContaining("restore the file from a copy");
    }

    @Test
    void holdsTheOldOrTheNewContentWhereverThePowerGoes() throws IOException {
        for (long seed = 0; seed < 500; seed++) {
            SimulatedDisk failing = new SimulatedDisk(1 << 20);
            failing.createDirectories(Path.of("/data"));
            SnapshotFile file = new SnapshotFile(failing, PATH);
            file.save(bytes("zero"));
            file.save(bytes("old"));
            Random chance = new Random(seed);
            failing.losePowerAfter(chance.nextInt(10));
            boolean saved = true;
            try {
                file.save(bytes("new"));
            } catch (IOException e) {
                saved = false;
            }
            failing.losePower(chance);

            String found = new String(new SnapshotFile(failing, PATH).load().orElseThrow(), StandardCharsets.US_ASCII);
            assertThat(found).as("seed=%d", seed).isIn(saved ? new String[] {"new"} : new String[] {"old", "new"});
        }
    }

    @Test
    void goesOnWithTheNewVersionThatAKilledProcessHadNotYetNamed() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("zero"));
        file.save(bytes("old"));
        killBetweenTheRenamings();

        SnapshotFile again = file();
        assertThat(again.load()).hasValue(bytes("new"));
        disk.setOverQuota(true);
        assertThatThrownBy(() -> again.save(bytes("newer"))).isInstanceOf(IOException.class);
        disk.heal();
        assertThat(load()).as("after a save that failed").isEqualTo("new");

        again.save(bytes("newest"));
        disk.flipBit(PATH, 42, 3);
        assertThat(load()).as("version before").isEqualTo("new");
    }

    @Test
    void goesOnWithThePreviousVersionIfTheNewOneIsDamagedToo() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("zero"));
        file.save(bytes("old"));
        killBetweenTheRenamings();
        disk.flipBit(NEW, 42, 3);

        assertThat(load()).isEqualTo("old");
    }

    @Test
    void finishesASaveWhoseLastRenamingFailed() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("old"));
        killBetweenTheRenamings();

        SnapshotFile again = file();
        again.load();
        disk.failNames(1);
        assertThatThrownBy(() -> again.save(bytes("newer"))).isInstanceOf(IOException.class);
        assertThat(load()).isEqualTo("new");

        again.save(bytes("newest"));
        assertThat(load()).isEqualTo("newest");
    }

    @Test
    void keepsTheOldContentWhenTheDiskIsFull() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("old"));
        disk.setOverQuota(true);

        assertThatThrownBy(() -> file.save(bytes("new"))).isInstanceOf(IOException.class);

        assertThat(load()).isEqualTo("old");
    }

    @Test
    void keepsTheOldContentWhenTheNewOneCannotBeGivenItsName() throws IOException {
        SnapshotFile file = file();
        file.save(bytes("older"));
        file.save(bytes("old"));

        disk.failNames(2, 1);
        assertThatThrownBy(() -> file.save(bytes("new"))).isInstanceOf(IOException.class);
        assertThat(load()).isEqualTo("old");
        disk.setOverQuota(true);
        assertThatThrownBy(() -> file.save(bytes("newer"))).isInstanceOf(IOException.class);
        assertThat(load()).as("after another save that failed").isEqualTo("old");

        disk.heal();
        file.save(bytes("newest"));
        disk.flipBit(PATH, 42, 3);
        assertThat(load()).as("version before").isEqualTo("old");
    }

    @Test
    void staysEmptyWhenTheFirstContentCannotBeGivenItsName() throws IOException {
        SnapshotFile file = file();

        disk.failNames(1, 1);
        assertThatThrownBy(() -> file.save(bytes("new"))).isInstanceOf(IOException.class);
        disk.setOverQuota(true);
        assertThatThrownBy(() -> file.save(bytes("newer"))).isInstanceOf(IOException.class);

        assertThat(file().load()).isEmpty();
        disk.heal();
        file.save(bytes("newest"));
        assertThat(load()).isEqualTo("newest");
    }

    /** The process ends in the middle of saving "new": what was there is the previous version already, and the new one has no name yet. */
    private void killBetweenTheRenamings() throws IOException {
        for (int changes = 1; disk.exists(PATH); changes++) {
            SnapshotFile file = file();
            file.load();
            disk.losePowerAfter(changes);
            assertThatThrownBy(() -> file.save(bytes("new"))).isInstanceOf(IOException.class);
            disk.killProcess();
        }
    }

    private SnapshotFile file() {
        return new SnapshotFile(disk, PATH);
    }

    private String load() throws IOException {
        return new String(file().load().orElseThrow(), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
