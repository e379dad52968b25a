package io.ternmq.broker.store;

/**
 * Facts for operators.
 *
 * @param minLogOffset first byte of the log that is kept
 * @param maxLogOffset end of what is committed
 * @param durableLogOffset end of what is known to be on disk
 * @param segments number of log files
 * @param queues number of queues that ever had a message
 * @param damagedRecords damaged places found in the log since the start
 * @param diskUsedPercent used share of the volume, by whomever
 */
public record StoreTotals(
        long minLogOffset,
        long maxLogOffset,
        long durableLogOffset,
        int segments,
        int queues,
        long damagedRecords,
        int diskUsedPercent) {}
