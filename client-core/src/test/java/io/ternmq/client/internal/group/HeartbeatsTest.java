package io.ternmq.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.FakeBroker;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.HeartbeatResultHeader;
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
}
