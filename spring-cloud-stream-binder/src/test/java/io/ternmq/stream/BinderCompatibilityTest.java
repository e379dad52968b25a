package io.ternmq.stream;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.properties.TernMQProducerProperties;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.PartitionCapableBinderTests;
import org.springframework.cloud.stream.binder.Spy;

/** Spring Cloud Stream's own tests of binders, as they are. A point is not allowed in the name of a topic, so there is another delimiter. */
class BinderCompatibilityTest
        extends PartitionCapableBinderTests<
                TestBinder,
                ExtendedConsumerProperties<TernMQConsumerProperties>,
                ExtendedProducerProperties<TernMQProducerProperties>> {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    @Override
    protected TestBinder getBinder() {
        if (testBinder == null) {
            testBinder = new TestBinder(ClientConfig.of(broker.address()), applicationContext);
        }
        return testBinder;
    }

    @Override
    protected ExtendedConsumerProperties<TernMQConsumerProperties> createConsumerProperties() {
        return new ExtendedConsumerProperties<>(new TernMQConsumerProperties());
    }

    @Override
    protected ExtendedProducerProperties<TernMQProducerProperties> createProducerProperties(TestInfo testInfo) {
        return new ExtendedProducerProperties<>(new TernMQProducerProperties());
    }

    @Override
    protected String getDestinationNameDelimiter() {
        return "-";
    }

    /** A partition is a queue, and which instance has it is settled; so the suite checks who gets what. */
    @Override
    protected boolean usesExplicitRouting() {
        return true;
    }

    @Override
    protected String getClassUnderTestName() {
        return TernMQMessageChannelBinder.class.getSimpleName();
    }

    @Override
    public Spy spyOn(String name) {
        PullConsumer consumer = MQFactory.createPullConsumer(
                PullConsumerConfig.builder(ClientConfig.of(broker.address()), "spy-" + UUID.randomUUID())
                        .startFrom(StartPosition.earliest())
                        .build());
        consumer.start();
        consumer.assign(consumer.topicPartitions(name));
        return expectNull -> {
            List<Message> messages = consumer.poll(Duration.ofSeconds(expectNull ? 1 : 30));
            return messages.isEmpty() ? null : messages.get(0).getBody();
        };
    }
}
