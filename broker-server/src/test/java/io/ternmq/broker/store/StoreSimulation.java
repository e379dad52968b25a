package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.SimulatedDisk;
import io.ternmq.broker.query.KeyIndex;
import io.ternmq.broker.query.MessageSearch;
import io.ternmq.broker.store.StoreModel.Attempt;
import io.ternmq.broker.store.StoreModel.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One story of a broker's data on a bad disk, told by a seed: appends, flushes, checkpoints, retention, deletions of topics, changes of
 * topics, groups and offsets; a disk that is full, stalls, and fails; then the power goes, or the process is killed, or the store is
 * closed; then it is opened again and must hold what it promised.
 */
final class StoreSimulation {
    private static final Path DIRECTORY = Path.of("/data");
    private static final int SEGMENT = 64 * 1024;

    private final Random chance;
    private final SimulatedDisk disk = new SimulatedDisk(16 << 20);
    private final StoreConfig config;
    private final StoreModel model = new StoreModel();
    private final StoreChecks checks = new StoreChecks(model, disk, DIRECTORY.resolve("log"));
    private final StateSimulation state;
    private final List<String> story = new ArrayList<>();
    private long now = 1_000_000;
    private HandCrank crank = new HandCrank();
    private LedgerFollower ledger;
    private KeyIndex keys;
    /** All that is acknowledged and ends here or before is on disk. */
    private long durable;
    /** A force failed and is not dealt with yet. */
    private boolean inDoubt;

    private int crashes;

    StoreSimulation(long seed) {
        this.chance = new Random(seed);
        this.config = StoreConfig.defaults(DIRECTORY)
                // Not left to chance, whose first answer is the same for all small seeds.
                .withFlush(seed % 2 == 0 ? FlushMode.SYNC : FlushMode.ASYNC)
                .withSegmentBytes(SEGMENT)
                .withRetention(chance.nextInt(3) == 0 ? Duration.ofMinutes(2) : Duration.ofDays(365))
                .withMaxTotalBytes(chance.nextInt(4) == 0 ? 3 * SEGMENT : 0)
                .withDiskSharePercent(99);
        this.state = new StateSimulation(disk, DIRECTORY.resolve("state"), chance);
    }

    void run() throws IOException {
        int lives = 4 + chance.nextInt(5);
        for (int life = 0; life < lives; life++) {
            MessageStore store = openThroughCrashes();
            check(store);
            if (chance.nextInt(4) == 0) {
                store = restartChangesNothing(store);
            }
            live(store);
            end(store);
        }
        MessageStore store = openThroughCrashes();
        check(store);
        store = restartChangesNothing(store);
        store.verify((file, position, logOffset, bytes) -> {
            throw new AssertionError("damaged: file=" + file + ", position=" + position);
        });
        store.close();
    }

    /** Has the story tell every change of the disk. */
    StoreSimulation inDetail() {
        disk.traceTo(story::add);
        return this;
    }

    /** What happened, a line each. */
    String story() {
        return String.join("\n", story);
    }

    /** How often the power went or the process was killed. */
    int crashes() {
        return crashes;
    }

    /** Opens; sometimes the power goes again while the store recovers. */
    private MessageStore openThroughCrashes() throws IOException {
        while (chance.nextInt(3) == 0) {
            disk.losePowerAfter(chance.nextInt(14));
            story.add("power will go");
            try {
                if (chance.nextInt(4) == 0) {
                    forgetIndex();
                }
                open();
            } catch (IOException e) {
                assertThat(disk.isWithoutPower())
                        .as("opening failed by itself: %s", e)
                        .isTrue();
            }
            losePower();
        }
        if (chance.nextInt(8) == 0) {
            forgetIndex();
        }
        return open();
    }

    /** What the command to rebuild does before the next opening replays all of the log. */
    private void forgetIndex() throws IOException {
        story.add("forget what is derived");
        if (disk.exists(DIRECTORY.resolve("log"))) {
            new StoreRebuild(config, disk, List.of("index")).forget();
        }
    }

    private MessageStore open() throws IOException {
        crank = new HandCrank();
        inDoubt = false;
        story.add("open " + config.flush());
        ledger = new LedgerFollower(disk, DIRECTORY);
        keys = KeyIndex.open(disk, DIRECTORY.resolve("index").resolve("keys"));
        MessageStore store = MessageStore.open(
                config, disk, () -> now, (topic, queueId, next, tagsCode, time) -> {}, List.of(ledger, keys), crank);
        state.open(store, now);
        return store;
    }

    private void check(MessageStore store) throws IOException {
        story.add("opened " + store.totals());
        assertThat(store.totals().damagedRecords()).isZero();
        long oldestKept = now - config.retention().toMillis();
        checks.afterOpening(
                store,
                logEnd -> config.flush() == FlushMode.SYNC || logEnd <= durable,
                storeTime -> config.maxTotalBytes() > 0 || storeTime < oldestKept);
        ledger.agreesWith(checks.log(store));
        checks.keysFindWhatIsThere(new MessageSearch(keys, store), store);
    }

    private MessageStore restartChangesNothing(MessageStore store) throws IOException {
        Map<Place, StoreChecks.Contents> before = checks.contents(store);
        Map<Long, ByteBuffer> logBefore = checks.log(store);
        if (chance.nextBoolean()) {
            story.add("close");
            store.close();
        } else {
            killProcess();
        }
        MessageStore again = open();
        assertThat(checks.contents(again)).isEqualTo(before);
        assertThat(checks.log(again)).isEqualTo(logBefore);
        ledger.agreesWith(logBefore);
        checks.keysFindWhatIsThere(new MessageSearch(keys, again), again);
        return again;
    }

    private void live(MessageStore store) {
        if (chance.nextInt(2) == 0) {
            disk.losePowerAfter(chance.nextInt(150));
        }
        int steps = 10 + chance.nextInt(50);
        for (int i = 0; i < steps && !disk.isWithoutPower(); i++) {
            step(store);
            now += chance.nextInt(50);
        }
    }

    private void step(MessageStore store) {
        switch (chance.nextInt(32)) {
            case 0, 1, 2 -> flush(store);
            case 3, 4 -> keepHouse();
            case 5 -> failSomething();
            case 6 -> {
                boolean over = chance.nextBoolean();
                story.add("over quota: " + over);
                disk.setOverQuota(over);
            }
            case 7 -> {
                long foreign = chance.nextInt(3) == 0 ? (16 << 20) - chance.nextInt(1 << 19) : 0;
                story.add("others use " + foreign);
                disk.setForeignBytes(foreign);
            }
            case 8 -> deleteTopic(store);
            case 9, 10 -> {
                if (!disk.isWithoutPower() && !model.isInDoubt()) {
                    checks.whileItRuns(store);
                }
            }
            case 11, 12, 13 -> story.add(state.change(store));
            case 14, 15 -> {
                int pieces = 1 + chance.nextInt(6);
                story.add("prepare segment, pieces: " + pieces);
                for (int piece = 0; piece < pieces; piece++) {
                    crank.prepareSegment();
                }
            }
            case 16, 17, 18 -> append(store, 2 + chance.nextInt(4));
            default -> append(store, 1);
        }
    }

    private void flush(MessageStore store) {
        if (!inDoubt && chance.nextInt(3) == 0) {
            story.add("flush stalls");
            disk.stallNextForce(() -> append(store, 1 + chance.nextInt(3)));
        } else {
            story.add("flush");
        }
        crank.flush();
        disk.stallNextForce(null);
        durable = Math.max(durable, store.totals().durableLogOffset());
        inDoubt = store.totals().durableLogOffset() < store.totals().maxLogOffset();
    }

    private void keepHouse() {
        now += chance.nextInt(3) * 20_000L;
        story.add("keep house at " + now);
        crank.keepHouse();
    }

    private void failSomething() {
        int count = 1 + chance.nextInt(2);
        switch (chance.nextInt(4)) {
            case 0 -> disk.failWrites(count);
            case 1 -> disk.failForces(count);
            case 2 -> disk.failResizes(count);
            default -> disk.failNames(count);
        }
        story.add("some changes will fail: " + count);
    }

    private void append(MessageStore store, int count) {
        Place place = Place.all().get(chance.nextInt(Place.all().size()));
        StoreFixture.Receipt receipt = new StoreFixture.Receipt();
        List<NewMessage> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int padding = chance.nextInt(8) == 0 ? chance.nextInt(30_000) : chance.nextInt(200);
            Attempt attempt = model.attempt(place, padding, properties(), receipt, i);
            messages.add(attempt.message());
        }
        store.append(messages, receipt);
        story.add("append to " + place + " up to m" + (model.size() - 1) + ": " + receipt);
    }

    private String properties() {
        String id = "UNIQ_KEY\u0001id" + model.size() + "\u0002";
        if (chance.nextInt(3) == 0) {
            return id;
        }
        return id + "TAGS\u0001tag" + chance.nextInt(3) + "\u0002KEYS\u0001key" + chance.nextInt(20) + " "
                + "k".repeat(chance.nextInt(500)) + "\u0002";
    }

    private void deleteTopic(MessageStore store) {
        String topic = StoreModel.TOPICS.get(chance.nextInt(StoreModel.TOPICS.size()));
        boolean certainly = true;
        try {
            store.deleteTopic(topic);
        } catch (IOException e) {
            certainly = false;
        }
        story.add("delete " + topic + " at " + store.totals().maxLogOffset() + ": " + certainly);
        model.deleted(topic, certainly);
    }

    private void end(MessageStore store) {
        durable = store.totals().durableLogOffset();
        int way = disk.isWithoutPower() ? 0 : chance.nextInt(4);
        story.add("end " + way + " without power: " + disk.isWithoutPower() + ", durable=" + durable);
        if (way <= 1) {
            losePower();
        } else if (way == 2) {
            killProcess();
        } else {
            disk.heal();
            store.close();
            if (disk.isWithoutPower()) {
                losePower();
            } else {
                assertThat(store.totals().durableLogOffset())
                        .as("a store that was closed on a sound disk")
                        .isEqualTo(store.totals().maxLogOffset());
                durable = Long.MAX_VALUE;
            }
        }
        disk.losePowerAfter(Long.MAX_VALUE);
        disk.setForeignBytes(0);
        disk.heal();
    }

    private void losePower() {
        crashes++;
        disk.losePower(chance);
    }

    private void killProcess() {
        story.add("kill");
        crashes++;
        disk.killProcess();
        durable = Long.MAX_VALUE;
    }
}
