package io.ternmq.client;

/** How large message bodies are compressed. Consumers understand every kind whose library is on their class path. */
public enum Compression {
    NONE,
    /** The JDK's; understood by every client. */
    ZLIB,
    /** Fast; needs {@code at.yawk.lz4:lz4-java} at producers and consumers. */
    LZ4,
    /** Small; needs {@code com.github.luben:zstd-jni} at producers and consumers. */
    ZSTD
}
