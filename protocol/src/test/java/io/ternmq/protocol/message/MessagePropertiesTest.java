package io.ternmq.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessagePropertiesTest {
    @Test
    void readsWhatItWrites() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("TAGS", "A");
        properties.put("名", "值 with spaces");
        properties.put("KEYS", "");

        assertThat(MessageProperties.decode(MessageProperties.encode(properties)))
                .isEqualTo(properties);
    }

    @Test
    void readsTextWithoutTheLastSeparator() {
        assertThat(MessageProperties.decode("a\u00011\u0002b\u00012"))
                .containsExactly(entry("a", "1"), entry("b", "2"));
    }

    @Test
    void skipsPartsWithoutAName() {
        assertThat(MessageProperties.decode("\u0002junk\u0002\u0001v\u0002a\u00011\u0002"))
                .containsExactly(entry("a", "1"));
        assertThat(MessageProperties.decode(null)).isEmpty();
    }

    @Test
    void findsOneWithoutReadingTheOthers() {
        String text = "XTAGS\u0001no\u0002TAGS\u0001yes\u0002TAGSX\u0001no\u0002last\u0001end";

        assertThat(MessageProperties.get(text, "TAGS")).isEqualTo("yes");
        assertThat(MessageProperties.get(text, "XTAGS")).isEqualTo("no");
        assertThat(MessageProperties.get(text, "last")).isEqualTo("end");
        assertThat(MessageProperties.get(text, "AGS")).isNull();
        assertThat(MessageProperties.get(null, "TAGS")).isNull();
    }

    @Test
    void findsTheSameOneByOneAsAllAtOnce() {
        Random random = new Random(42);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(24); i > 0; i--) {
                text.append("aB\u0001\u0002".charAt(random.nextInt(4)));
            }
            Map<String, String> all = MessageProperties.decode(text.toString());
            all.keySet()
                    .forEach(name -> assertThat(MessageProperties.get(text.toString(), name))
                            .as(
                                    "round with text %s",
                                    text.toString().replace('\u0001', '=').replace('\u0002', ';'))
                            .isNotNull());
        }
    }
}
