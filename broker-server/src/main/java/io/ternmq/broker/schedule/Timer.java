package io.ternmq.broker.schedule;

/**
 * A message that waits for its time, as the index knows it.
 *
 * @param slot its place in the index; the same as {@code deliverAt}, unless the clock was set back
 * @param deliverAt when it is due, epoch milliseconds
 * @param logOffset where its record is
 */
record Timer(long slot, long deliverAt, long logOffset) {}
