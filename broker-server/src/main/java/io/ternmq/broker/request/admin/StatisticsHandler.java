package io.ternmq.broker.request.admin;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.statistics.Amounts;
import io.ternmq.broker.statistics.Flow;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerStats;
import io.ternmq.protocol.body.JsonBodies;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Tells a figure over the last minute, hour and day by the names that genuine brokers use (code 315). Runs on the io thread. */
public final class StatisticsHandler {
    private final BrokerIdentity identity;
    private final Statistics statistics;
    private final Clock clock;

    /** Wires the handler. */
    public StatisticsHandler(BrokerIdentity identity, Statistics statistics, Clock clock) {
        this.identity = identity;
        this.statistics = statistics;
        this.clock = clock;
    }

    /** Answers with a figure, or that nothing was counted under this name. */
    public void view(Request request) throws CommandException {
        String name = request.fields().require("statsName");
        String key = request.fields().require("statsKey");
        Flow flow = find(name, key);
        if (flow == null) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR, "nothing was counted: statsName=" + name + ", statsKey=" + key);
        }
        ToLongFunction<Amounts> figure = name.endsWith("_SIZE") ? Amounts::bytes : Amounts::messages;
        long now = clock.millis();
        request.succeed(JsonBodies.encode(new BrokerStats(
                span(flow.lastMinute(now), figure),
                span(flow.lastHour(now), figure),
                span(flow.lastDay(now), figure))));
    }

    private @Nullable Flow find(String name, String key) {
        return switch (name) {
            case "TOPIC_PUT_NUMS", "TOPIC_PUT_SIZE" -> statistics.storedIn(key);
            case "GROUP_GET_NUMS", "GROUP_GET_SIZE" -> {
                int at = key.indexOf('@');
                yield at < 0 ? null : statistics.deliveredTo(key.substring(at + 1), key.substring(0, at));
            }
            case "BROKER_PUT_NUMS" -> key.equals(identity.clusterName()) ? statistics.allStored() : null;
            case "BROKER_GET_NUMS" -> key.equals(identity.clusterName()) ? statistics.allDelivered() : null;
            default -> null;
        };
    }

    private static BrokerStats.Span span(Amounts amounts, ToLongFunction<Amounts> figure) {
        long sum = figure.applyAsLong(amounts);
        return new BrokerStats.Span(
                sum, amounts.perSecond(sum), amounts.times() == 0 ? 0 : (double) sum / amounts.times());
    }
}
