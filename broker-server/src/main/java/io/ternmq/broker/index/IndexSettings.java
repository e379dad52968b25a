package io.ternmq.broker.index;

/**
 * How an index keeps its runs few and its writes cheap.
 *
 * @param fanout that many neighbouring runs of about the same size become one; at least 2
 * @param maxRunEntries no run becomes larger by merging, so that old runs can go as a whole
 * @param mergeStep entries that each merge may move forward at a save, at least; more if more entries are saved
 */
public record IndexSettings(int fanout, long maxRunEntries, int mergeStep) {
    /** Refuses what makes no sense. */
    public IndexSettings {
        if (fanout < 2 || maxRunEntries < 1 || mergeStep < 1) {
            throw new IllegalArgumentException("index settings are out of range: fanout=" + fanout + ", maxRunEntries="
                    + maxRunEntries + ", mergeStep=" + mergeStep + "; use at least 2, 1 and 1");
        }
    }

    /** What suits every index of a broker: about three writes of an entry in its life, runs of up to 768 MiB. */
    public static IndexSettings standard() {
        return new IndexSettings(8, 32L << 20, 64 << 10);
    }
}
