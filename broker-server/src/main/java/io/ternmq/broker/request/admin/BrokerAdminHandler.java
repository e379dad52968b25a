package io.ternmq.broker.request.admin;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.StoreTotals;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.KeyValueTable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Tells about the broker: its figures (28) and its settings (26). Registered as blocking. */
public final class BrokerAdminHandler {
    private static final String NO_RATE = "0.0 0.0 0.0";

    private final BrokerIdentity identity;
    private final Topics topics;
    private final Consumers consumers;
    private final MessageStore store;
    private final Supplier<Map<String, String>> transactions;
    private final Map<String, String> settings;
    private final Clock clock;
    private final long startedAt;

    /** Wires the handler; the settings are shown as they are given. */
    public BrokerAdminHandler(
            BrokerIdentity identity,
            Topics topics,
            Consumers consumers,
            MessageStore store,
            Supplier<Map<String, String>> transactions,
            Map<String, String> settings,
            Clock clock) {
        this.identity = identity;
        this.topics = topics;
        this.consumers = consumers;
        this.store = store;
        this.transactions = transactions;
        this.settings = new TreeMap<>(settings);
        this.clock = clock;
        this.startedAt = clock.millis();
    }

    /** Answers with the figures that tools of genuine brokers read. Rates are not measured yet and said to be 0. */
    public void figures(Request request) {
        StoreTotals totals = store.totals();
        Map<String, String> table = new TreeMap<>();
        table.put("brokerVersionDesc", ProtocolVersion.describe(ProtocolVersion.CURRENT));
        table.put("brokerVersion", Integer.toString(ProtocolVersion.CURRENT));
        table.put("brokerActive", "true");
        table.put("bootTimestamp", Long.toString(startedAt));
        table.put("startAcceptSendRequestTimeStamp", Long.toString(startedAt));
        table.put("runtime", (clock.millis() - startedAt) / 1000 + " s");
        for (String rate : new String[] {"putTps", "getTransferredTps", "getFoundTps", "getMissTps", "getTotalTps"}) {
            table.put(rate, NO_RATE);
        }
        for (String total : new String[] {
            "msgPutTotalYesterdayMorning",
            "msgPutTotalTodayMorning",
            "msgPutTotalTodayNow",
            "msgGetTotalYesterdayMorning",
            "msgGetTotalTodayMorning",
            "msgGetTotalTodayNow",
            "putMessageTimesTotal",
            "dispatchBehindBytes",
            "pageCacheLockTimeMills",
            "sendThreadPoolQueueSize",
            "sendThreadPoolQueueCapacity",
            "sendThreadPoolQueueHeadWaitTimeMills",
            "pullThreadPoolQueueSize",
            "pullThreadPoolQueueCapacity",
            "pullThreadPoolQueueHeadWaitTimeMills",
            "timerReadBehind",
            "timerOffsetBehind",
            "timerCongestNum"
        }) {
            table.put(total, "0");
        }
        table.put("timerEnqueueTps", "0.0");
        table.put("timerDequeueTps", "0.0");
        table.put("earliestMessageTimeStamp", Long.toString(startedAt));
        table.put("commitLogMinOffset", Long.toString(totals.minLogOffset()));
        table.put("commitLogMaxOffset", Long.toString(totals.maxLogOffset()));
        table.put("remainHowManyDataToFlush", (totals.maxLogOffset() - totals.durableLogOffset()) + " B");
        table.put("commitLogDiskRatio", Double.toString(totals.diskUsedPercent() / 100.0));
        table.put("consumeQueueDiskRatio", Double.toString(totals.diskUsedPercent() / 100.0));
        table.put("topics", Integer.toString(topics.all().size()));
        table.put("queues", Integer.toString(totals.queues()));
        table.put("subscriptionConflicts", Long.toString(consumers.conflictCount()));
        table.put(
                "groupsInSubscriptionConflict",
                Long.toString(consumers.all().stream()
                        .filter(group -> group.conflict() != null)
                        .count()));
        table.putAll(transactions.get());
        request.succeed(JsonBodies.encode(new KeyValueTable(table)));
    }

    /** Answers with the settings, as genuine brokers name them where they have them too. */
    public void settings(Request request) {
        StringBuilder text = new StringBuilder();
        line(text, "brokerName", identity.brokerName());
        line(text, "brokerClusterName", identity.clusterName());
        line(text, "brokerId", "0");
        line(text, "brokerPermission", "6");
        line(text, "brokerIP1", identity.address(request.connection()).replaceFirst(":\\d+$", ""));
        line(
                text,
                "listenPort",
                Integer.toString(request.connection().localAddress().getPort()));
        settings.forEach((name, value) -> line(text, name, value));
        String version = "{\"counter\":0,\"stateVersion\":0,\"timestamp\":" + startedAt + "}";
        request.answer(
                ResponseCode.SUCCESS,
                null,
                Fields.of("version", version),
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n');
    }
}
