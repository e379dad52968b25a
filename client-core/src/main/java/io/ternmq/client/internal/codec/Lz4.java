package io.ternmq.client.internal.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/** The only class that touches the optional LZ4 library; loading it fails where that is missing. */
final class Lz4 {

    private Lz4() {}

    static void require() {
        LZ4Factory.fastestInstance();
    }

    static OutputStream compressing(OutputStream out) throws IOException {
        return new LZ4FrameOutputStream(out);
    }

    static InputStream decompressing(InputStream in) throws IOException {
        return new LZ4FrameInputStream(in);
    }
}
