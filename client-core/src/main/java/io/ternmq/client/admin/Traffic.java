package io.ternmq.client.admin;

/**
 * Messages that have gone one way, over the last minute, hour and day, or since the broker was started if that is less.
 *
 * @param lastMinute the last minute
 * @param lastHour the last hour
 * @param lastDay the last day
 */
public record Traffic(Span lastMinute, Span lastHour, Span lastDay) {

    /**
     * Messages in a span of time.
     *
     * @param messages how many
     * @param perSecond how many in each second
     */
    public record Span(long messages, double perSecond) {}
}
