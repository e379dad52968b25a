package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queues that the application deals out itself, and groups whose start is settled before they have members. */
class FixedSharesIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    private final List<Admin> opened = new ArrayList<>();
    private AdminClient admin;
    private OrderProducer producer;

    @BeforeEach
    void open() {
        admin = AdminClient.create(client(""));
        admin.createTopic(TopicSpec.of("dealt", 5));
        producer = MQFactory.createOrderProducer(
                ProducerConfig.builder(client(""), "producers").build());
        producer.start();
        opened.add(producer);
    }

    @AfterEach
    void close() {
        opened.forEach(Admin::shutdown);
        admin.close();
    }

    private ClientConfig client(String instance) {
        return ClientConfig.builder(broker.address()).instanceName(instance).build();
    }

    private void send(int queue, String text) {
        producer.send(new Message("dealt", "", text.getBytes()), (queues, message) -> queues.get(queue));
    }

    private Queue<String> consume(QueueShare share) {
        Queue<String> received = new ConcurrentLinkedQueue<>();
        OrderConsumer consumer =
                MQFactory.createOrderedConsumer(ConsumerConfig.builder(client("share-" + share.hands()), "sharers")
                        .share(share)
                        .startFrom(StartPosition.earliest())
                        .build());
        consumer.subscribe("dealt", "*", (message, context) -> {
            received.add(new String(message.getBody()));
            return OrderAction.Success;
        });
        consumer.start();
        opened.add(consumer);
        return received;
    }

    @Test
    void eachMemberHasItsQueuesWhoeverElseIsThere() {
        Queue<String> second = consume(QueueShare.of(1, 3));
        Queue<String> others = consume(new QueueShare(List.of(0, 2), 3));

        for (int queue = 0; queue < 5; queue++) {
            send(queue, "to " + queue);
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> second.size() + others.size() == 5);
        assertThat(second).containsExactlyInAnyOrder("to 1", "to 4");
        assertThat(others).containsExactlyInAnyOrder("to 0", "to 2", "to 3");
    }

    @Test
    void refusesShareThatCannotBe() {
        assertThatThrownBy(() -> QueueShare.of(3, 3)).hasMessageContaining("hands=[3], count=3");
        assertThatThrownBy(() -> ConsumerConfig.builder(client(""), "sharers")
                        .share(QueueShare.of(0, 2))
                        .messageModel(MessageModel.BROADCASTING)
                        .build())
                .hasMessageContaining("goes with clustering");
    }

    @Test
    void refusesQueueThatIsNoneOfTheTopic() {
        assertThatThrownBy(() -> producer.send(
                        new Message("dealt", "", new byte[1]),
                        (queues, message) ->
                                new TopicPartition("dealt", queues.get(0).brokerName(), 7)))
                .hasMessageContaining("none of the topic");
        assertThatThrownBy(() -> producer.send(new Message("dealt", "", new byte[1]), (queues, message) -> {
                    throw new IllegalStateException("no idea");
                }))
                .hasMessageContaining("cannot be chosen")
                .hasRootCauseMessage("no idea");
    }

    @Test
    void settlesWhereGroupBeginsOnceAndForAll() {
        admin.createGroup(GroupSpec.of("later"));
        admin.createGroup(GroupSpec.of("all"));
        send(0, "before");

        assertThat(admin.settleStart("later", "dealt", StartPosition.latest())).hasSize(5);
        assertThat(admin.settleStart("all", "dealt", StartPosition.earliest())).hasSize(5);
        send(0, "after");
        assertThat(admin.settleStart("later", "dealt", StartPosition.latest())).isEmpty();

        assertThat(receive("later")).containsExactly("after");
        assertThat(receive("all")).containsExactly("before", "after");
    }

    private List<String> receive(String group) {
        PullConsumer consumer = MQFactory.createPullConsumer(
                PullConsumerConfig.builder(client(""), group).build());
        consumer.start();
        opened.add(consumer);
        consumer.assign(consumer.topicPartitions("dealt"));
        List<String> received = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(message -> received.add(new String(message.getBody())));
            return received.contains("after");
        });
        return received;
    }
}
