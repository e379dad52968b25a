package io.ternmq.protocol.body;

/** Body of the answer to VIEW_BROKER_STATS_DATA (code 315): what a figure was in the last minute, hour and day. */
public record BrokerStats(Span statsMinute, Span statsHour, Span statsDay) {
    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public BrokerStats {
        statsMinute = statsMinute == null ? Span.NOTHING : statsMinute;
        statsHour = statsHour == null ? Span.NOTHING : statsHour;
        statsDay = statsDay == null ? Span.NOTHING : statsDay;
    }

    /**
     * A figure over a span of time.
     *
     * @param sum what was counted
     * @param tps the same for each second
     * @param avgpt the same for each time that something was counted
     */
    public record Span(long sum, double tps, double avgpt) {
        /** Nothing has happened. */
        public static final Span NOTHING = new Span(0, 0, 0);
    }
}
