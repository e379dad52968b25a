package io.ternmq.client.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Compression;
import io.ternmq.client.MQClientException;
import io.ternmq.protocol.message.SysFlag;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyCompressionTest {

    private static final byte[] TEXT =
            "the same again and again, ".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"ZLIB", "LZ4", "ZSTD"})
    void readsWhatItWrites(Compression compression) {
        byte[] small = BodyCompression.compress(compression, TEXT);

        assertThat(small.length).isLessThan(TEXT.length / 10);
        assertThat(BodyCompression.decompress(BodyCompression.flag(compression), small))
                .isEqualTo(TEXT);
    }

    @Test
    void readsZlibOfOldClientsThatDoNotSayWhich() {
        byte[] small = BodyCompression.compress(Compression.ZLIB, TEXT);

        assertThat(BodyCompression.decompress(SysFlag.COMPRESSED, small)).isEqualTo(TEXT);
    }

    @Test
    void leavesPlainBodiesAlone() {
        assertThat(BodyCompression.decompress(0, TEXT)).isSameAs(TEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x001, 0x101, 0x201, 0x301, 0x401})
    void saysThatDamagedBodiesCannotBeRead(int sysFlag) {
        assertThatThrownBy(() -> BodyCompression.decompress(sysFlag, new byte[] {9, 8, 7, 6}))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("compress");
    }

    @Test
    void refusesBodiesThatSwellBeyondMeasure() {
        byte[] bomb = BodyCompression.compress(Compression.ZSTD, new byte[80 * 1024 * 1024]);

        assertThatThrownBy(() -> BodyCompression.decompress(BodyCompression.flag(Compression.ZSTD), bomb))
                .hasMessageContaining("too large when decompressed");
    }

    @Test
    void doesNotTrustTheSizeOfTruncatedBodies() {
        byte[] small = BodyCompression.compress(Compression.ZLIB, TEXT);

        assertThatThrownBy(() -> BodyCompression.decompress(
                        BodyCompression.flag(Compression.ZLIB), Arrays.copyOf(small, small.length / 2)))
                .isInstanceOf(MQClientException.class);
    }
}
