package io.ternmq.client.internal.route;

import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicRouteData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a topic is, in the form that senders and receivers need. Immutable.
 *
 * @param provisional whether the topic does not exist yet and would be created by a send, after the template's example
 * @param writeQueues queues to send to, one broker after the other, so that neighbours are on different brokers
 * @param readQueues queues to receive from, in the order of allocation
 * @param brokers addresses by broker id, by broker name
 */
public record Route(
        String topic,
        boolean provisional,
        List<MessageQueue> writeQueues,
        List<MessageQueue> readQueues,
        Map<String, Map<Long, String>> brokers) {

    private static final long MASTER = 0;
    private static final Pattern PIN = Pattern.compile("(.+):(\\d{1,5})");

    static Route of(String topic, TopicRouteData data) {
        Map<String, Map<Long, String>> brokers = brokers(data.brokerDatas());
        List<MessageQueue> writeQueues = new ArrayList<>();
        List<MessageQueue> readQueues = new ArrayList<>();
        for (QueueData queues : data.queueDatas()) {
            Map<Long, String> addresses = brokers.get(queues.brokerName());
            if (addresses == null || addresses.isEmpty()) {
                continue;
            }
            if ((queues.perm() & TopicConfig.PERM_READ) != 0) {
                add(readQueues, topic, queues.brokerName(), queues.readQueueNums());
            }
            if ((queues.perm() & TopicConfig.PERM_WRITE) != 0 && addresses.containsKey(MASTER)) {
                add(writeQueues, topic, queues.brokerName(), queues.writeQueueNums());
            }
        }
        String orderConf = data.orderTopicConf();
        if (orderConf != null && !orderConf.isBlank()) {
            writeQueues = pinned(topic, orderConf, brokers);
        }
        return of(topic, false, writeQueues, readQueues, brokers);
    }

    /** The route that a topic would have if a send created it: at most {@code most} queues on each of the template's brokers. */
    static Route provisional(String topic, TopicRouteData template, int most) {
        Map<String, Map<Long, String>> brokers = brokers(template.brokerDatas());
        List<MessageQueue> queues = new ArrayList<>();
        for (QueueData example : template.queueDatas()) {
            Map<Long, String> addresses = brokers.get(example.brokerName());
            if (addresses != null && addresses.containsKey(MASTER)) {
                add(queues, topic, example.brokerName(), Math.min(most, example.readQueueNums()));
            }
        }
        return of(topic, true, queues, queues, brokers);
    }

    private static Route of(
            String topic,
            boolean provisional,
            List<MessageQueue> writeQueues,
            List<MessageQueue> readQueues,
            Map<String, Map<Long, String>> brokers) {
        List<MessageQueue> alternating = new ArrayList<>(writeQueues);
        alternating.sort(Comparator.comparingInt(MessageQueue::queueId).thenComparing(MessageQueue::brokerName));
        List<MessageQueue> sorted = new ArrayList<>(readQueues);
        Collections.sort(sorted);
        return new Route(topic, provisional, List.copyOf(alternating), List.copyOf(sorted), brokers);
    }

    private static Map<String, Map<Long, String>> brokers(Collection<BrokerData> brokerDatas) {
        Map<String, Map<Long, String>> brokers = new HashMap<>();
        for (BrokerData broker : brokerDatas) {
            brokers.put(broker.brokerName(), new TreeMap<>(broker.brokerAddrs()));
        }
        return brokers;
    }

    private static void add(List<MessageQueue> queues, String topic, String brokerName, int count) {
        for (int queueId = 0; queueId < count; queueId++) {
            queues.add(new MessageQueue(topic, brokerName, queueId));
        }
    }

    /** Reads {@code broker:count;broker:count}, which overrides the number of write queues of an ordered topic. */
    private static List<MessageQueue> pinned(String topic, String conf, Map<String, Map<Long, String>> brokers) {
        List<MessageQueue> queues = new ArrayList<>();
        for (String part : conf.split(";", -1)) {
            Matcher pin = PIN.matcher(part.trim());
            if (pin.matches() && brokers.getOrDefault(pin.group(1), Map.of()).containsKey(MASTER)) {
                add(queues, topic, pin.group(1), Integer.parseInt(pin.group(2)));
            }
        }
        return queues;
    }

    /** The address of a broker's master, or {@code null} while there is none. */
    public @Nullable String masterAddress(String brokerName) {
        return brokers.getOrDefault(brokerName, Map.of()).get(MASTER);
    }

    /** The address to read from: the wanted replica if it is there, else the master, else any other. */
    public @Nullable String readAddress(String brokerName, long wantedId) {
        Map<Long, String> addresses = brokers.getOrDefault(brokerName, Map.of());
        String wanted = addresses.get(wantedId);
        if (wanted == null) {
            wanted = addresses.get(MASTER);
        }
        return wanted != null || addresses.isEmpty()
                ? wanted
                : addresses.values().iterator().next();
    }
}
