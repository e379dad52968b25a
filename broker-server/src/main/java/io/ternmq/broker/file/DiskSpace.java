package io.ternmq.broker.file;

/**
 * How full a volume is.
 *
 * @param totalBytes size of the volume
 * @param usableBytes what this process may still write
 */
public record DiskSpace(long totalBytes, long usableBytes) {
    /** The used part in percent, rounded down. */
    public int usedPercent() {
        return totalBytes <= 0 ? 0 : (int) ((totalBytes - usableBytes) * 100.0 / totalBytes);
    }
}
