package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.FakeBroker;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.ClusterInfo;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.header.HeartbeatResultHeader;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {

    private final FakeBroker broker = new FakeBroker("b1").topic("orders", 1);
    private final ClientRegistry registry = new ClientRegistry();
    private final ClientInstance client = registry.acquire(broker.client());

    @AfterEach
    void close() {
        registry.release(client);
        broker.close();
    }

    @Test
    void knowsFromTheBrokerWhoSubscribesDifferentlyUntilAllAgree() {
        client.addProducer("pg");
        broker.on(
                RequestCode.HEART_BEAT,
                request -> request.respond(new HeartbeatResultHeader(false, "c1 -> [t: a], c2 -> [t: b]").encode()));
        client.heartbeats().beat(broker.address()).join();
        assertThat(client.heartbeats().conflicts()).containsEntry(broker.address(), "c1 -> [t: a], c2 -> [t: b]");

        broker.on(RequestCode.HEART_BEAT, request -> request.respond(Fields.empty()));
        client.heartbeats().beat(broker.address()).join();
        assertThat(client.heartbeats().conflicts()).isEmpty();
    }

    @Test
    void goToMastersThatCreateNoTopicsBesideOneThatDoes() {
        try (FakeBroker other = new FakeBroker("b2")) {
            broker.topic(TopicRoutes.TEMPLATE_TOPIC, 8);
            client.routes().loadTemplate().join();
            client.addProducer("pg");
            tellMasters(Map.of("b1", broker.address(), "b2", other.address()));

            client.routes().loadMasters().join();
            client.heartbeats().beat().join();

            assertThat(other.received(RequestCode.HEART_BEAT)).isNotEmpty();
        }
    }

    @Test
    void followAMasterThatHasMovedOnceTheTemplateIsKnown() {
        tellMasters(Map.of("b2", "127.0.0.1:1"));
        client.routes().loadMasters().join();
        broker.topic(TopicRoutes.TEMPLATE_TOPIC, 8);
        client.routes().loadTemplate().join();
        tellMasters(Map.of("b2", "127.0.0.1:2"));

        client.routes().loadMasters().join();

        assertThat(client.routes().brokerAddresses(true)).containsExactlyInAnyOrder(broker.address(), "127.0.0.1:2");
    }

    private void tellMasters(Map<String, String> masters) {
        Map<String, BrokerData> brokers = new HashMap<>();
        masters.forEach((name, address) -> brokers.put(name, new BrokerData("c", name, Map.of(0L, address), false)));
        broker.on(
                RequestCode.GET_BROKER_CLUSTER_INFO,
                request -> request.respond(
                        ResponseCode.SUCCESS,
                        null,
                        Fields.empty(),
                        JsonBodies.encode(new ClusterInfo(brokers, Map.of("c", masters.keySet())))));
    }
}
