package io.ternmq.protocol.message;

/** The bits of a message's system flag. */
public final class SysFlag {
    /** The body is compressed; {@link #COMPRESSION_MASK} tells how. */
    public static final int COMPRESSED = 1;

    /** Mask of the two transaction bits. */
    public static final int TRANSACTION_MASK = 0xC;

    /** A half message. */
    public static final int TRANSACTION_PREPARED = 4;

    /** A message delivered by a commit. */
    public static final int TRANSACTION_COMMITTED = 8;

    /** A message that was rolled back. */
    public static final int TRANSACTION_ROLLED_BACK = 12;

    /** The born host has 16 bytes. */
    public static final int BORN_HOST_V6 = 16;

    /** The store host has 16 bytes. */
    public static final int STORE_HOST_V6 = 32;

    /** Mask of the compression bits. None of them set on a compressed body means zlib, from an old client. */
    public static final int COMPRESSION_MASK = 0x700;

    /** LZ4 frame format. */
    public static final int COMPRESSION_LZ4 = 0x100;

    /** Zstandard frame format. */
    public static final int COMPRESSION_ZSTD = 0x200;

    /** Zlib stream, RFC 1950. */
    public static final int COMPRESSION_ZLIB = 0x300;

    private SysFlag() {}
}
