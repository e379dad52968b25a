package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.TernMQBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The genuine mqadmin with TernMQ's broker. */
class MqAdminOnTernMQIT extends MqAdminContract {
    private final InteropLab lab;

    MqAdminOnTernMQIT(InteropLab lab) {
        super(lab, lab.ternmqBroker());
        this.lab = lab;
    }

    /** A broker of its own, because nobody may send to it meanwhile. */
    @Test
    void takesAndGivesBackThePermissionToWrite(@TempDir Path folder) {
        try (TernMQBroker own = TernMQBroker.start(folder);
                AdminClient admin = AdminClient.create(ClientConfig.of(own.nameServer()));
                Producer producer = MQFactory.createProducer(
                        ProducerConfig.builder(ClientConfig.of(own.nameServer()), lab.name("producers"))
                                .build())) {
            String broker = admin.brokers().get(0).name();
            admin.createTopic(TopicSpec.of("wiped", 1));
            producer.start();
            Message message = new Message("wiped", "tag", new byte[] {1});

            assertThat(lab.mqAdmin().mqAdmin("wipeWritePerm", "-n", own.nameServer(), "-b", broker))
                    .contains("OK, 1");
            assertThatThrownBy(() -> producer.send(message))
                    .isInstanceOfSatisfying(
                            MQClientException.class,
                            refused -> assertThat(refused.getResponseCode()).isEqualTo(16));
            assertThat(lab.mqAdmin().mqAdmin("addWritePerm", "-n", own.nameServer(), "-b", broker))
                    .contains("OK, 1");
            assertThat(producer.send(message).getOffset()).isZero();
        }
    }

    @Test
    void changesWhatMayChangeWhileTheBrokerRuns(@TempDir Path folder) {
        try (TernMQBroker own = TernMQBroker.start(folder)) {
            String[] command = {
                "updateBrokerConfig", "-n", own.nameServer(), "-b", own.nameServer(), "-k", "retention", "-v", "96h"
            };

            assertThat(lab.mqAdmin().mqAdmin(command)).contains("success");
            assertThat(lab.mqAdmin().mqAdmin("getBrokerConfig", "-n", own.nameServer(), "-b", own.nameServer()))
                    .containsPattern("retention += +PT96H");
            command[6] = "listen";
            assertThat(lab.mqAdmin().mqAdmin(command)).contains("cannot be changed while the broker runs");
        }
    }
}
