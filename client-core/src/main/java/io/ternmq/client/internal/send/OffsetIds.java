package io.ternmq.client.internal.send;

/** The broker's ids of the records of a batch, joined by commas in one text. All are of the same length. */
record OffsetIds(String joined, int count) {

    /** The id of one record; empty if the broker has named fewer. */
    String get(int index) {
        if (count == 1) {
            return joined;
        }
        int stride = joined.indexOf(',') + 1;
        int from = index * stride;
        int to = from + stride - 1;
        return stride == 0 || to > joined.length() ? "" : joined.substring(from, to);
    }
}
