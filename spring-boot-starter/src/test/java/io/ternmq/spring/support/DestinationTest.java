package io.ternmq.spring.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {

    @Test
    void readsTopicAlone() {
        assertThat(Destination.parse("orders")).isEqualTo(new Destination("orders", ""));
    }

    @Test
    void readsTopicAndTag() {
        assertThat(Destination.parse(" orders : create ")).isEqualTo(new Destination("orders", "create"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ":create", "orders:", "orders: "})
    void refusesIncompleteDestination(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Destination.parse(text))
                .withMessageContaining("destination=" + text)
                .withMessageContaining("topic:tag");
    }
}
