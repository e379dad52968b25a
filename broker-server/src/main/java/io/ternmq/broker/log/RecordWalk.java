package io.ternmq.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Goes through a segment from record to record, behind damage too if that begins before {@code knownDurable} and something sound follows or
 * the next segment does.
 *
 * @param sealed whether another segment follows
 * @param knownDurable log offset before which everything was once on disk
 */
record RecordWalk(Segment segment, boolean sealed, long knownDurable) {

    /** Shows sound records and damage from one log offset, a record's start, to before another; returns where it ended. */
    long go(long from, long limit, RecordVisitor records, DamageVisitor damages) throws IOException {
        long position = from;
        while (position < limit) {
            ByteBuffer rest = segment.slice(position, (int) (limit - position));
            if (Records.isSound(rest, position)) {
                int size = Records.size(rest);
                records.record(position, rest.slice(0, size));
                position += Records.footprint(size);
                continue;
            }
            long next = position < knownDurable ? Records.nextSound(rest, position) : -1;
            if (next < 0 && knownDurable >= limit && limit == segment.end() && sealed) {
                next = limit;
            }
            if (next < 0) {
                break;
            }
            damages.damaged(segment.path(), position - segment.base(), position, next - position);
            position = next;
        }
        return position;
    }
}
