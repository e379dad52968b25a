package io.ternmq.broker.request.admin;

import io.ternmq.broker.statistics.Amounts;
import io.ternmq.broker.statistics.Flow;
import io.ternmq.broker.statistics.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** The statistics as tools read them among a broker's figures: rates over ten seconds, one minute, ten minutes; totals by day. */
final class StatisticsFigures {
    private static final List<Duration> SPANS =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10));

    private StatisticsFigures() {}

    static void put(Statistics statistics, long now, Map<String, String> table) {
        Flow stored = statistics.allStored();
        Flow delivered = statistics.allDelivered();
        Flow empty = statistics.emptyPulls();
        table.put("putTps", rates(stored, Amounts::messages, now));
        table.put("getTransferredTps", rates(delivered, Amounts::messages, now));
        table.put("getFoundTps", rates(delivered, Amounts::times, now));
        table.put("getMissTps", rates(empty, Amounts::times, now));
        table.put(
                "getTotalTps",
                SPANS.stream()
                        .map(span -> {
                            Amounts found = delivered.last(span, now);
                            Amounts missed = empty.last(span, now);
                            return text(found.perSecond(found.times()) + missed.perSecond(missed.times()));
                        })
                        .collect(Collectors.joining(" ")));
        Statistics.Mornings mornings = statistics.mornings();
        table.put("msgPutTotalYesterdayMorning", Long.toString(mornings.storedYesterday()));
        table.put("msgPutTotalTodayMorning", Long.toString(mornings.storedToday()));
        table.put("msgPutTotalTodayNow", Long.toString(stored.messages()));
        table.put("msgGetTotalYesterdayMorning", Long.toString(mornings.deliveredYesterday()));
        table.put("msgGetTotalTodayMorning", Long.toString(mornings.deliveredToday()));
        table.put("msgGetTotalTodayNow", Long.toString(delivered.messages()));
        table.put("putMessageTimesTotal", Long.toString(stored.messages()));
        table.put("putMessageSizeTotal", Long.toString(stored.bytes()));
        table.put(
                "putMessageAverageSize",
                text(stored.messages() == 0 ? 0 : (double) stored.bytes() / stored.messages()));
    }

    private static String rates(Flow flow, ToLongFunction<Amounts> figure, long now) {
        return SPANS.stream()
                .map(span -> flow.last(span, now))
                .map(amounts -> text(amounts.perSecond(figure.applyAsLong(amounts))))
                .collect(Collectors.joining(" "));
    }

    private static String text(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
