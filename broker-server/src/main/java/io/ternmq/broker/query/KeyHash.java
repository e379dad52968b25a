package io.ternmq.broker.query;

/** Hash of a topic and a key, made without garbage. Two different pairs may share one: who searches compares the texts. */
final class KeyHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final char SEPARATOR = '#';

    private KeyHash() {}

    /** The part that all keys of a topic have in common. */
    static long ofTopic(String topic) {
        return step(over(OFFSET, topic, 0, topic.length()), SEPARATOR);
    }

    /** Of the key in {@code text} from {@code start} to before {@code end}. */
    static long ofKey(long topicHash, String text, int start, int end) {
        // FNV leaves the upper bits of short texts alike; spread evenly, an index finds its place by distance.
        long hash = over(topicHash, text, start, end);
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    private static long over(long start, String text, int from, int to) {
        long hash = start;
        for (int i = from; i < to; i++) {
            hash = step(hash, text.charAt(i));
        }
        return hash;
    }

    private static long step(long hash, char c) {
        return (hash ^ c) * PRIME;
    }
}
