package io.ternmq.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecallHandleTest {
    private static final RecallHandle HANDLE =
            new RecallHandle("orders", "b1", 1_763_637_601_000L, "0A0000091267000000000000002A0001");

    @Test
    void isWrittenAsGenuinePeersWriteIt() {
        assertThat(HANDLE.encode())
                .isEqualTo("djEgb3JkZXJzIGIxIDE3NjM2Mzc2MDEwMDAgMEEwMDAwMDkxMjY3MDAwMDAwMDAwMDAwMDAyQTAwMDE=");
    }

    @Test
    void isReadInBothForms() {
        assertThat(RecallHandle.parse(HANDLE.encode())).isEqualTo(HANDLE);
        assertThat(RecallHandle.parse(HANDLE.encodeToMove())).isEqualTo(HANDLE);
        assertThat(HANDLE.encodeToMove()).isNotEqualTo(HANDLE.encode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v2 orders b1 1 key",
                "v1 orders b1 1",
                "v1 orders b1 soon key",
                "v1  b1 1 key",
                "v1 orders b1 1 ",
                "v1 orders b1 1 key more"
            })
    void isNotReadWhenItIsNone(String text) {
        assertThat(RecallHandle.parse(Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))))
                .isNull();
        assertThat(RecallHandle.parse(text)).isNull();
        assertThat(RecallHandle.parse("A".repeat(5000))).isNull();
    }
}
