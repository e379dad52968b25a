package io.ternmq.client.internal.codec;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The only class that touches the optional Zstandard library; loading it fails where that is missing. */
final class Zstd {

    private Zstd() {}

    static void require() {
        com.github.luben.zstd.Zstd.maxCompressionLevel();
    }

    static OutputStream compressing(OutputStream out) throws IOException {
        return new ZstdOutputStream(out);
    }

    static InputStream decompressing(InputStream in) throws IOException {
        return new ZstdInputStream(in);
    }
}
