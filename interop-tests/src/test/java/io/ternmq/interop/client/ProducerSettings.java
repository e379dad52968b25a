package io.ternmq.interop.client;

/**
 * Settings of a producer.
 *
 * @param nameServer host and port
 * @param group its group
 * @param tls whether its connections are encrypted
 * @param compression {@code ZLIB}, {@code LZ4} or {@code ZSTD}
 * @param compressOver bodies of this many bytes and more are compressed
 */
public record ProducerSettings(String nameServer, String group, boolean tls, String compression, int compressOver) {
    /** The library's defaults. */
    public static ProducerSettings of(String nameServer, String group) {
        return new ProducerSettings(nameServer, group, false, "ZLIB", 4096);
    }

    /** With encrypted connections. */
    public ProducerSettings withTls() {
        return new ProducerSettings(nameServer, group, true, compression, compressOver);
    }

    /** With every body of at least {@code over} bytes compressed in this way. */
    public ProducerSettings compressing(String type, int over) {
        return new ProducerSettings(nameServer, group, tls, type, over);
    }
}
