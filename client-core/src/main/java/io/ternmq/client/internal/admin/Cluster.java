package io.ternmq.client.internal.admin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.ClusterInfo;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.OffsetMessageId;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The name servers and brokers that are administered: finds them, asks them, reads their answers. */
final class Cluster {

    private final ClientRegistry registry;
    private final ClientInstance client;
    private final AtomicBoolean closed = new AtomicBoolean();

    Cluster(ClientConfig config, ClientRegistry registry) {
        this.registry = registry;
        this.client = registry.acquire(config);
    }

    ClientInstance client() {
        return client;
    }

    List<BrokerInfo> brokers() {
        Reply reply = requireSuccess(ask(RequestCode.GET_BROKER_CLUSTER_INFO, Fields.empty()), "brokers");
        return decode(reply, ClusterInfo.class).brokerAddrTable().values().stream()
                .map(Cluster::toInfo)
                .toList();
    }

    static BrokerInfo toInfo(BrokerData broker) {
        return new BrokerInfo(broker.cluster(), broker.brokerName(), broker.brokerAddrs());
    }

    /** The brokers that have a master. */
    List<BrokerInfo> led() {
        List<BrokerInfo> led = new ArrayList<>(brokers());
        led.removeIf(broker -> broker.masterAddress() == null);
        if (led.isEmpty()) {
            throw new MQClientException("no master is registered at the name server: nameServers="
                    + String.join(";", client.nameServers().addresses()) + "; check that a broker is running");
        }
        return led;
    }

    /** The addresses of all masters. */
    List<String> masters() {
        return led().stream().map(Cluster::master).toList();
    }

    /** The address of a broker's master. */
    String master(String brokerName) {
        for (BrokerInfo broker : led()) {
            if (broker.name().equals(brokerName)) {
                return master(broker);
            }
        }
        throw new MQClientException("the broker has no master or does not exist: broker=" + brokerName + ", brokers="
                + brokers().stream().map(BrokerInfo::name).toList());
    }

    private static String master(BrokerInfo broker) {
        String address = broker.masterAddress();
        if (address == null) {
            throw new IllegalStateException("a broker without a master was not left out: broker=" + broker.name());
        }
        return address;
    }

    /** The broker that an id says to have the message; only those of this cluster are asked. */
    String holder(String offsetMessageId) {
        List<String> masters = masters();
        try {
            InetSocketAddress host = OffsetMessageId.parse(offsetMessageId).storeHost();
            String address = host.getAddress().getHostAddress() + ":" + host.getPort();
            if (masters.contains(address)) {
                return address;
            }
            if (masters.size() == 1) {
                return masters.get(0);
            }
            throw new MQClientException("the message is on no broker of this cluster: id=" + offsetMessageId
                    + ", address=" + address + ", masters=" + masters);
        } catch (CommandException e) {
            throw new MQClientException(e.code().number(), e.remark(), e);
        }
    }

    /** Asks the name server; the answer may be a refusal. */
    Reply ask(RequestCode code, Fields fields) {
        if (closed.get()) {
            throw new MQClientException("the admin client is closed; create a new one");
        }
        return client.await(client.nameServers().ask(code, fields), "the name server does not answer");
    }

    static Reply requireSuccess(Reply reply, String what) {
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(), "the name server does not tell: wanted=" + what + ", " + reply.describe());
        }
        return reply;
    }

    /** Asks a broker for something that must succeed. */
    Reply call(String address, RequestCode code, Fields fields) {
        return call(address, code, fields, Unpooled.EMPTY_BUFFER);
    }

    /** The same with a body, which is handed over. */
    Reply call(String address, RequestCode code, Fields fields, ByteBuf body) {
        return client.call(address, code, fields, body);
    }

    /** The same; {@code null} if the broker answers with one of the codes. */
    @Nullable
    Reply callUnless(String address, RequestCode code, Fields fields, ResponseCode... expected) {
        try {
            return call(address, code, fields);
        } catch (MQClientException e) {
            if (Arrays.stream(expected).anyMatch(other -> other.number() == e.getResponseCode())) {
                return null;
            }
            throw e;
        }
    }

    /** The same; {@code null} if the topic or group does not exist there. */
    @Nullable
    Reply callUnlessMissing(String address, RequestCode code, Fields fields) {
        return callUnless(
                address, code, fields, ResponseCode.TOPIC_NOT_EXIST, ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
    }

    static <T> T decode(Reply reply, Class<T> type) {
        try {
            return JsonBodies.decodeWithObjectKeys(reply.body(), type);
        } catch (CommandException e) {
            throw new MQClientException("an answer cannot be read: expected=" + type.getSimpleName(), e);
        }
    }

    static TopicPartition toPartition(MessageQueue queue) {
        return new TopicPartition(queue.topic(), queue.brokerName(), queue.queueId());
    }

    /** An instant of the wire, where 0 or less says that there is none. */
    static @Nullable Instant toInstant(long epochMillis) {
        return epochMillis <= 0 ? null : Instant.ofEpochMilli(epochMillis);
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            registry.release(client);
        }
    }
}
