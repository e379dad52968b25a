package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.GenuineBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** TernMQ's admin client with the genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class TernMQAdminOnGenuineBrokerIT {
    private static final Duration VISIBLE = Duration.ofSeconds(10);

    private final InteropLab lab;
    private final GenuineBroker broker;

    TernMQAdminOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
    }

    @Test
    void createsChangesListsAndDeletesATopic() {
        String name = lab.name("administered");
        TopicSpec changed = new TopicSpec(name, 6, 2, true, true, false);

        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            admin.createTopic(TopicSpec.of(name, 3));
            await("topic known").atMost(VISIBLE).until(() -> admin.topics().contains(name));
            assertThat(admin.topic(name)).contains(TopicSpec.of(name, 3));

            admin.createTopic(changed);
            await("topic changed")
                    .atMost(VISIBLE)
                    .untilAsserted(() -> assertThat(admin.route(name))
                            .get()
                            .satisfies(route -> assertThat(route.queues())
                                    .singleElement()
                                    .satisfies(queues -> {
                                        assertThat(queues.readQueues()).isEqualTo(6);
                                        assertThat(queues.writeQueues()).isEqualTo(2);
                                    })));
            assertThat(admin.topic(name)).contains(changed);

            admin.deleteTopic(name);
            await("topic gone").atMost(VISIBLE).until(() -> !admin.topics().contains(name));
            assertThat(admin.route(name)).isEmpty();
        }
    }

    @Test
    void createsListsAndDeletesAGroup() {
        GroupSpec group = new GroupSpec(lab.name("administered"), true, false, false, 7, 2);

        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            admin.createGroup(group);
            assertThat(admin.group(group.name())).contains(group);
            assertThat(admin.groups()).contains(group.name());

            admin.deleteGroup(group.name());
            assertThat(admin.groups()).doesNotContain(group.name());
        }
    }

    @Test
    void listsTheBrokers() {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.nameServer()))) {
            assertThat(admin.brokers())
                    .singleElement()
                    .satisfies(one -> assertThat(one.cluster()).isEqualTo(broker.clusterName()))
                    .extracting(BrokerInfo::masterAddress)
                    .asString()
                    .startsWith("127.0.0.1:");
        }
    }
}
