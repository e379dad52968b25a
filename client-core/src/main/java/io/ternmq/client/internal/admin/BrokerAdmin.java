package io.ternmq.client.internal.admin;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.BrokerStatus;
import io.ternmq.client.admin.Traffic;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerStats;
import io.ternmq.protocol.body.KeyValueTable;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Administers brokers and reads their statistics. */
final class BrokerAdmin {

    private static final Traffic.Span NOTHING = new Traffic.Span(0, 0);

    private final Cluster cluster;

    BrokerAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    BrokerStatus status(String broker) {
        String address = cluster.master(broker);
        Reply reply = cluster.call(address, RequestCode.GET_BROKER_RUNTIME_INFO, Fields.empty());
        return new BrokerStatus(
                broker, address, Cluster.decode(reply, KeyValueTable.class).table());
    }

    Map<String, String> settings(String broker) {
        Reply reply = cluster.call(cluster.master(broker), RequestCode.GET_BROKER_CONFIG, Fields.empty());
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(reply.body(), StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            throw new MQClientException("the settings of a broker cannot be read: broker=" + broker, e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    void change(String broker, Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The first line is a comment with the date.
        String lines = text.toString().replaceAll("(?m)^#.*\\R", "");
        cluster.call(
                cluster.master(broker),
                RequestCode.UPDATE_BROKER_CONFIG,
                Fields.empty(),
                Unpooled.copiedBuffer(lines, StandardCharsets.UTF_8));
    }

    int wipeWritePermission(String broker) {
        return permission(broker, RequestCode.WIPE_WRITE_PERM_OF_BROKER, "wipeTopicCount");
    }

    int addWritePermission(String broker) {
        return permission(broker, RequestCode.ADD_WRITE_PERM_OF_BROKER, "addTopicCount");
    }

    private int permission(String broker, RequestCode code, String count) {
        int topics = 0;
        for (String nameServer : cluster.client().nameServers().addresses()) {
            Reply reply = cluster.call(nameServer, code, Fields.of("brokerName", broker));
            try {
                topics = Math.max(topics, Integer.parseInt(reply.fields().get(count, "0")));
            } catch (NumberFormatException e) {
                throw new MQClientException("an answer cannot be read: request=" + code, e);
            }
        }
        return topics;
    }

    Traffic stored(String topic) {
        return traffic("TOPIC_PUT_NUMS", topic);
    }

    Traffic delivered(String group, String topic) {
        return traffic("GROUP_GET_NUMS", topic + "@" + group);
    }

    private Traffic traffic(String name, String key) {
        Fields fields =
                Fields.builder().put("statsName", name).put("statsKey", key).build();
        Traffic sum = new Traffic(NOTHING, NOTHING, NOTHING);
        for (String master : cluster.masters()) {
            // Brokers say in this way that nothing was counted.
            Reply reply =
                    cluster.callUnless(master, RequestCode.VIEW_BROKER_STATS_DATA, fields, ResponseCode.SYSTEM_ERROR);
            if (reply != null) {
                BrokerStats stats = Cluster.decode(reply, BrokerStats.class);
                sum = new Traffic(
                        plus(sum.lastMinute(), stats.statsMinute()),
                        plus(sum.lastHour(), stats.statsHour()),
                        plus(sum.lastDay(), stats.statsDay()));
            }
        }
        return sum;
    }

    private static Traffic.Span plus(Traffic.Span span, BrokerStats.Span more) {
        return new Traffic.Span(span.messages() + more.sum(), span.perSecond() + more.tps());
    }
}
