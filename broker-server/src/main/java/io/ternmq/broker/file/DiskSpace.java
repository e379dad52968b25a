package io.ternmq.broker.file;

import java.io.IOException;
import java.util.Locale;

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

    /** Whether an error says that there is no space, or that the user's share of it is used up. */
    public static boolean isExhausted(IOException error) {
        String text = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }
}
