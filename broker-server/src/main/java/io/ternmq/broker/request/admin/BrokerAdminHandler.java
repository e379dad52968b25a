package io.ternmq.broker.request.admin;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.StoreException;
import io.ternmq.broker.store.StoreTotals;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.KeyValueTable;
import io.ternmq.protocol.message.MalformedMessageException;
import io.ternmq.protocol.message.StoredMessage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Tells about the broker: its figures (28) and its settings (26), which it may change (25). Registered as blocking. */
public final class BrokerAdminHandler {
    private final BrokerIdentity identity;
    private final Topics topics;
    private final Consumers consumers;
    private final MessageStore store;
    private final List<Supplier<Map<String, String>>> more;
    private final LiveSettings settings;
    private final Statistics statistics;
    private final Clock clock;
    private final long startedAt;

    /** Wires the handler; the figures of other parts are shown with those of the store. */
    public BrokerAdminHandler(
            BrokerIdentity identity,
            Topics topics,
            Consumers consumers,
            MessageStore store,
            List<Supplier<Map<String, String>>> more,
            LiveSettings settings,
            Statistics statistics,
            Clock clock) {
        this.identity = identity;
        this.topics = topics;
        this.consumers = consumers;
        this.store = store;
        this.more = List.copyOf(more);
        this.settings = settings;
        this.statistics = statistics;
        this.clock = clock;
        this.startedAt = clock.millis();
    }

    /** Answers with the figures that tools of genuine brokers read. */
    public void figures(Request request) {
        StoreTotals totals = store.totals();
        Map<String, String> table = new TreeMap<>();
        table.put("brokerVersionDesc", ProtocolVersion.describe(ProtocolVersion.CURRENT));
        table.put("brokerVersion", Integer.toString(ProtocolVersion.CURRENT));
        table.put("brokerActive", "true");
        table.put("bootTimestamp", Long.toString(startedAt));
        table.put("startAcceptSendRequestTimeStamp", Long.toString(startedAt));
        table.put("runtime", (clock.millis() - startedAt) / 1000 + " s");
        StatisticsFigures.put(statistics, clock.millis(), table);
        for (String total : new String[] {
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
        table.put("earliestMessageTimeStamp", Long.toString(earliest(totals)));
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
        table.put("damagedMessages", Long.toString(totals.damagedRecords()));
        table.put(
                "acceptsMessages",
                store.refusal().map(reason -> "no: " + reason).orElse("yes"));
        more.forEach(part -> table.putAll(part.get()));
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
        settings.current().forEach((name, value) -> line(text, name, value));
        String version = "{\"counter\":0,\"stateVersion\":0,\"timestamp\":" + startedAt + "}";
        request.answer(
                ResponseCode.SUCCESS,
                null,
                Fields.of("version", version),
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** Changes settings while the broker runs. */
    public void change(Request request) throws CommandException {
        Properties wanted = new Properties();
        try {
            wanted.load(new StringReader(request.body().toString(StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER, "settings cannot be read: reason=" + e.getMessage());
        }
        Map<String, String> settingsByName = new TreeMap<>();
        wanted.stringPropertyNames().forEach(name -> settingsByName.put(name, wanted.getProperty(name)));
        settings.change(settingsByName, request.connection().remoteAddress());
        request.succeed();
    }

    /** When the oldest message that is kept was stored; where there is none, the start of the broker. */
    private long earliest(StoreTotals totals) {
        try {
            Optional<ByteBuffer> record = store.recordAt(totals.minLogOffset());
            return record.isEmpty()
                    ? startedAt
                    : StoredMessage.readFrom(record.get().duplicate()).storeTimestamp();
        } catch (MalformedMessageException | StoreException e) {
            return startedAt;
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n');
    }
}
