package io.ternmq.broker.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTimesTest {
    private static final long NOW = 1_763_637_600_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final DeliveryTimes times = new DeliveryTimes(DelayLevels.standard(), Duration.ofDays(40), () -> NOW);

    @ParameterizedTest
    @CsvSource({
        "DELAY=1, 1000",
        "DELAY=3, 10000",
        "DELAY=4, 30000",
        "DELAY=18, 7200000",
        "DELAY=99, 7200000",
        "TIMER_DELAY_SEC=7, 7000",
        "TIMER_DELAY_MS=7, 7",
        "DELAY=2;TIMER_DELAY_MS=7, 5000",
        "DELAY=0;TIMER_DELAY_MS=7, 7",
        "TIMER_DELAY_MS=7;TIMER_DELAY_SEC=3, 3000",
        "TIMER_DELIVER_MS=1763637600005;TIMER_DELAY_MS=7, 7",
        "TIMER_DELIVER_MS=1763637600005, 5",
        "__STARTDELIVERTIME=1763637600005, 5",
        "__STARTDELIVERTIME=1763637600009;TIMER_DELIVER_MS=1763637600005, 5",
    })
    void readsEveryPropertyThatClientsUse(String properties, long delay) throws Exception {
        assertThat(times.of(text(properties))).isEqualTo(NOW + delay);
    }

    @ParameterizedTest
    @CsvSource({
        "TAGS=a",
        "DELAY=0",
        "DELAY=-3",
        "DELAY=soon",
        "TIMER_DELAY_SEC=0",
        "TIMER_DELAY_MS=-9",
        "TIMER_DELAY_SEC=-9223372036854775808",
        "TIMER_DELIVER_MS=1763637600000",
        "TIMER_DELIVER_MS=1",
        "__STARTDELIVERTIME=-5"
    })
    void deliversAtOnceWhatIsNotInTheFuture(String properties) throws Exception {
        assertThat(times.of(text(properties))).isEqualTo(DeliveryTimes.AT_ONCE);
    }

    @Test
    void takesFortyDaysButNotAMillisecondMore() throws Exception {
        assertThat(times.at(NOW + 40 * DAY)).isEqualTo(NOW + 40 * DAY);

        assertThatThrownBy(() -> times.at(NOW + 40 * DAY + 1))
                .isInstanceOfSatisfying(CommandException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL);
                    assertThat(refusal.remark()).contains("too far ahead", "max-delay");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "TIMER_DELAY_SEC=9223372036854775807",
        "TIMER_DELAY_MS=9223372036854775807",
        "TIMER_DELIVER_MS=9223372036854775807",
        "TIMER_DELIVER_MS=tomorrow",
        "__STARTDELIVERTIME=99999999999999999999"
    })
    void refusesWhatIsTooFarOrNoTime(String properties) {
        assertThatThrownBy(() -> times.of(text(properties)))
                .isInstanceOfSatisfying(
                        CommandException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ResponseCode.MESSAGE_ILLEGAL));
    }

    private static String text(String properties) {
        return properties.replace('=', '\1').replace(';', '\2') + '\2';
    }
}
