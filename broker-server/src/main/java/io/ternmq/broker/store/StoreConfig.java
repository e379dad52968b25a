package io.ternmq.broker.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the store, checked on construction.
 *
 * @param dataDir directory that belongs to this store alone; created if missing
 * @param flush when a message is committed
 * @param segmentBytes size at which the log goes on in a new file, 64 KiB to 1 GiB
 * @param retention age at which messages may be deleted
 * @param maxTotalBytes log size above which the oldest segments are deleted whatever their age; 0 for no limit
 * @param diskSharePercent used share of the volume (5 to 99) above which appends are refused; nothing is deleted for it
 * @param flushInterval pause between background forces in {@link FlushMode#ASYNC}
 * @param maxMessageBytes largest message body, up to 128 MiB; a record may be that plus its properties
 */
public record StoreConfig(
        Path dataDir,
        FlushMode flush,
        int segmentBytes,
        Duration retention,
        long maxTotalBytes,
        int diskSharePercent,
        Duration flushInterval,
        int maxMessageBytes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Checks every setting. */
    public StoreConfig {
        check(segmentBytes >= 64 * KIB && segmentBytes <= 1024 * MIB, "segmentBytes", segmentBytes, "64 KiB to 1 GiB");
        check(isPositive(retention), "retention", retention, "a positive duration such as 72h");
        check(maxTotalBytes >= 0, "maxTotalBytes", maxTotalBytes, "0 for no limit, or a number of bytes");
        check(diskSharePercent >= 5 && diskSharePercent <= 99, "diskSharePercent", diskSharePercent, "5 to 99");
        check(isPositive(flushInterval), "flushInterval", flushInterval, "a positive duration such as 200ms");
        check(
                maxMessageBytes >= 1 && maxMessageBytes <= 128 * MIB,
                "maxMessageBytes",
                maxMessageBytes,
                "1 to 134217728");
    }

    /** The defaults: asynchronous flush, segments of 128 MiB, 72 hours, 85 % of the volume, messages up to 4 MiB. */
    public static StoreConfig defaults(Path dataDir) {
        return new StoreConfig(
                dataDir, FlushMode.ASYNC, 128 * MIB, Duration.ofDays(3), 0, 85, Duration.ofMillis(200), 4 * MIB);
    }

    /** The same with another flush mode. */
    public StoreConfig withFlush(FlushMode mode) {
        return new StoreConfig(
                dataDir,
                mode,
                segmentBytes,
                retention,
                maxTotalBytes,
                diskSharePercent,
                flushInterval,
                maxMessageBytes);
    }

    /** The same with another segment size. */
    public StoreConfig withSegmentBytes(int bytes) {
        return new StoreConfig(
                dataDir, flush, bytes, retention, maxTotalBytes, diskSharePercent, flushInterval, maxMessageBytes);
    }

    /** The same with another retention. */
    public StoreConfig withRetention(Duration age) {
        return new StoreConfig(
                dataDir, flush, segmentBytes, age, maxTotalBytes, diskSharePercent, flushInterval, maxMessageBytes);
    }

    /** The same with another limit of the log's size. */
    public StoreConfig withMaxTotalBytes(long bytes) {
        return new StoreConfig(
                dataDir, flush, segmentBytes, retention, bytes, diskSharePercent, flushInterval, maxMessageBytes);
    }

    /** The same with another share of the volume. */
    public StoreConfig withDiskSharePercent(int percent) {
        return new StoreConfig(
                dataDir, flush, segmentBytes, retention, maxTotalBytes, percent, flushInterval, maxMessageBytes);
    }

    /** The same with another largest message. */
    public StoreConfig withMaxMessageBytes(int bytes) {
        return new StoreConfig(
                dataDir, flush, segmentBytes, retention, maxTotalBytes, diskSharePercent, flushInterval, bytes);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }

    private static void check(boolean valid, String key, Object value, String allowed) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "store setting is not allowed: " + key + "=" + value + "; allowed: " + allowed);
        }
    }
}
