package io.ternmq.client.internal.codec;

import io.ternmq.client.Compression;
import io.ternmq.client.MQClientException;
import io.ternmq.protocol.message.SysFlag;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** Compresses and decompresses message bodies. The libraries for LZ4 and Zstandard are optional. */
public final class BodyCompression {

    /** A body may not swell beyond this: brokers take no larger ones, so it would be an attack. */
    private static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

    private static final int LEVEL = 5;

    private BodyCompression() {}

    /** The bits of the system flag that tell of a compression. */
    public static int flag(Compression compression) {
        return switch (compression) {
            case NONE -> 0;
            case ZLIB -> SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZLIB;
            case LZ4 -> SysFlag.COMPRESSED | SysFlag.COMPRESSION_LZ4;
            case ZSTD -> SysFlag.COMPRESSED | SysFlag.COMPRESSION_ZSTD;
        };
    }

    /** Refuses a compression whose library is not there, when a producer is made and not when it first sends. */
    public static void requireAvailable(Compression compression) {
        try {
            switch (compression) {
                case LZ4 -> Lz4.require();
                case ZSTD -> Zstd.require();
                default -> {}
            }
        } catch (LinkageError e) {
            throw missingLibrary(compression, e);
        }
    }

    /** Compresses a body. */
    public static byte[] compress(Compression compression, byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(64, body.length / 2));
        try (OutputStream out = compressing(compression, bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new MQClientException("a message cannot be compressed: compression=" + compression, e);
        } catch (LinkageError e) {
            throw missingLibrary(compression, e);
        }
        return bytes.toByteArray();
    }

    private static OutputStream compressing(Compression compression, OutputStream out) throws IOException {
        return switch (compression) {
            case NONE -> out;
            case ZLIB -> new ClosingDeflater(out, new Deflater(LEVEL));
            case LZ4 -> Lz4.compressing(out);
            case ZSTD -> Zstd.compressing(out);
        };
    }

    /** Decompresses a body as its system flag tells; one that is not compressed comes back as it is. */
    public static byte[] decompress(int sysFlag, byte[] body) {
        if ((sysFlag & SysFlag.COMPRESSED) == 0) {
            return body;
        }
        Compression compression = of(sysFlag);
        try (InputStream in = decompressing(compression, new ByteArrayInputStream(body))) {
            byte[] plain = in.readNBytes(MAX_BODY_BYTES + 1);
            if (plain.length > MAX_BODY_BYTES) {
                throw new MQClientException("a message is too large when decompressed: compression=" + compression
                        + ", compressedBytes=" + body.length + ", most=" + MAX_BODY_BYTES);
            }
            return plain;
        } catch (IOException e) {
            throw new MQClientException(
                    "a message cannot be decompressed: compression=" + compression + ", bytes=" + body.length, e);
        } catch (LinkageError e) {
            throw missingLibrary(compression, e);
        }
    }

    private static Compression of(int sysFlag) {
        return switch (sysFlag & SysFlag.COMPRESSION_MASK) {
            case 0, SysFlag.COMPRESSION_ZLIB -> Compression.ZLIB;
            case SysFlag.COMPRESSION_LZ4 -> Compression.LZ4;
            case SysFlag.COMPRESSION_ZSTD -> Compression.ZSTD;
            default ->
                throw new MQClientException("a message is compressed in an unknown way: sysFlag=0x"
                        + Integer.toHexString(sysFlag) + "; a newer client may know it");
        };
    }

    private static InputStream decompressing(Compression compression, InputStream in) throws IOException {
        return switch (compression) {
            case NONE -> in;
            case ZLIB -> new InflaterInputStream(in);
            case LZ4 -> Lz4.decompressing(in);
            case ZSTD -> Zstd.decompressing(in);
        };
    }

    private static MQClientException missingLibrary(Compression compression, LinkageError e) {
        String library = compression == Compression.LZ4 ? "at.yawk.lz4:lz4-java" : "com.github.luben:zstd-jni";
        return new MQClientException(
                "the library for a compression is missing: compression=" + compression + "; add " + library
                        + " to the class path",
                e);
    }

    /** A deflater stream that frees the native memory of a deflater it was given. */
    private static final class ClosingDeflater extends DeflaterOutputStream {

        ClosingDeflater(OutputStream out, Deflater deflater) {
            super(out, deflater, 4096);
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                def.end();
            }
        }
    }
}
