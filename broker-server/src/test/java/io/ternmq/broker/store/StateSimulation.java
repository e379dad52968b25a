package io.ternmq.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.snapshot.SnapshotFile;
import io.ternmq.broker.topic.SystemTopics;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.TopicConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The small state beside the log: topics, groups and offsets, each replaced on disk as a whole. After a crash each is as it was last
 * saved, or as it was when a save was tried that did not end well, and nothing in between; and no offset leads beyond its queue.
 */
final class StateSimulation {
    private static final String[] GROUPS = {"g1", "g2"};

    private final Files files;
    private final Path directory;
    private final Random chance;
    private final Kept topicsKept = new Kept("topics", this::topicQueues);
    private final Kept groupsKept = new Kept("groups", this::groupRetries);
    private final Kept offsetsKept = new Kept("offsets", this::groupOffsets);
    private Topics topics;
    private GroupSettings groups;
    private Offsets offsets;

    StateSimulation(Files files, Path directory, Random chance) {
        this.files = files;
        this.directory = directory;
        this.chance = chance;
    }

    /** Reads the state as a broker does at its start, and checks it. */
    void open(MessageStore store, long now) throws IOException {
        files.createDirectories(directory);
        topics = Topics.open(
                new SnapshotFile(files, directory.resolve("topics")),
                () -> now,
                new SystemTopics("c", "b", true, true));
        groups = GroupSettings.open(new SnapshotFile(files, directory.resolve("groups")), () -> now);
        offsets = Offsets.open(new SnapshotFile(files, directory.resolve("offsets")));
        topicsKept.check();
        groupsKept.check();
        offsetsKept.check();
        offsets.limitTo(store::maxOffset);
        groupOffsets().forEach((place, offset) -> {
            String[] parts = place.split("/", -1);
            assertThat(offset).as(place).isLessThanOrEqualTo(store.maxOffset(parts[1], Integer.parseInt(parts[2])));
        });
    }

    /** Changes something; returns what. */
    String change(MessageStore store) {
        String topic = StoreModel.TOPICS.get(chance.nextInt(StoreModel.TOPICS.size()));
        String group = GROUPS[chance.nextInt(GROUPS.length)];
        int number = 1 + chance.nextInt(9);
        switch (chance.nextInt(8)) {
            case 0 -> {
                return "put topic: "
                        + topicsKept.save(values -> values.put(topic, (long) number), () -> {
                            topics.put(TopicConfig.of(topic, number));
                            return true;
                        });
            }
            case 1 -> {
                return "delete topic definition: "
                        + topicsKept.save(values -> values.remove(topic), () -> topics.delete(topic));
            }
            case 2 -> {
                topics.ensure(TopicConfig.of(topic, number));
                return "ensure topic";
            }
            case 3 -> {
                return "put group: "
                        + groupsKept.save(values -> values.put(group, (long) number), () -> {
                            groups.put(group(group, number));
                            return true;
                        });
            }
            case 4 -> {
                return "delete group: " + groupsKept.save(values -> values.remove(group), () -> groups.delete(group));
            }
            case 5 -> {
                return "save: " + topicsKept.saveAll(topics::save) + groupsKept.saveAll(groups::save)
                        + offsetsKept.saveAll(offsets::save);
            }
            default -> {
                int queueId = chance.nextInt(StoreModel.QUEUES);
                offsets.commit(group, topic, queueId, chance.nextLong(store.maxOffset(topic, queueId) + 1));
                return "commit offset";
            }
        }
    }

    private static GroupConfig group(String name, int retries) {
        return new GroupConfig(name, true, true, true, false, 1, retries, 0, 1, true, 0, 15, Map.of(), null);
    }

    private Map<String, Long> topicQueues() {
        Map<String, Long> values = new TreeMap<>();
        for (String topic : StoreModel.TOPICS) {
            TopicConfig found = topics.find(topic);
            if (found != null) {
                values.put(topic, (long) found.readQueueNums());
            }
        }
        return values;
    }

    private Map<String, Long> groupRetries() {
        Map<String, Long> values = new TreeMap<>();
        groups.table()
                .subscriptionGroupTable()
                .forEach((name, settings) -> values.put(name, (long) settings.retryMaxTimes()));
        return values;
    }

    private Map<String, Long> groupOffsets() {
        Map<String, Long> values = new TreeMap<>();
        for (String group : GROUPS) {
            for (StoreModel.Place place : StoreModel.Place.all()) {
                offsets.committed(group, place.topic(), place.queueId())
                        .ifPresent(offset -> values.put(group + "/" + place.topic() + "/" + place.queueId(), offset));
            }
        }
        return values;
    }

    @FunctionalInterface
    private interface Saving {
        /** Whether all of it is on disk; false if there was nothing to change. */
        boolean save() throws IOException;
    }

    @FunctionalInterface
    private interface SavingAll {
        void save() throws IOException;
    }

    /** What one file may hold: what was last saved, or what a save that failed may have saved all the same. */
    private static final class Kept {
        private final String name;
        private final Supplier<Map<String, Long>> current;
        private final Set<Map<String, Long>> possible = new HashSet<>(Set.of(Map.of()));

        Kept(String name, Supplier<Map<String, Long>> current) {
            this.name = name;
            this.current = current;
        }

        boolean save(Consumer<Map<String, Long>> change, Saving saving) {
            Map<String, Long> wanted = current.get();
            change.accept(wanted);
            possible.add(wanted);
            try {
                if (saving.save()) {
                    possible.clear();
                    possible.add(current.get());
                }
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        boolean saveAll(SavingAll saving) {
            return save(values -> {}, () -> {
                saving.save();
                return true;
            });
        }

        void check() {
            assertThat(possible).as("what %s may hold", name).contains(current.get());
            possible.clear();
            possible.add(current.get());
        }
    }
}
