package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.ProducerBean;
import io.ternmq.spring.core.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportResource;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/** The producer and consumer beans, configured as the ONS documentation shows it. */
class ClientBeansIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    /** The listener of the XML file. */
    public static class DemoMessageListener implements MessageListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public Action consume(Message message, ConsumeContext context) {
            received.add(message.getTag() + ":" + new String(message.getBody(), UTF_8));
            return Action.CommitMessage;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportResource("classpath:io/ternmq/spring/boot/beans-of-boot.xml")
    static class XmlInBoot {}

    @Configuration(proxyBeanMethods = false)
    static class JavaConfig {

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ProducerBean producer() {
            ProducerBean producer = new ProducerBean();
            producer.setProperties(properties(PropertyKeyConst.ProducerId, "PID_JAVA"));
            return producer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ConsumerBean consumer(DemoMessageListener listener) {
            ConsumerBean consumer = new ConsumerBean();
            consumer.setProperties(properties(PropertyKeyConst.ConsumerId, "CID_JAVA"));
            consumer.setSubscriptionTable(Map.of(new Subscription("TopicTestMQ", "TagA||TagB"), listener));
            return consumer;
        }

        @Bean
        DemoMessageListener listener() {
            return new DemoMessageListener();
        }

        private static Properties properties(String key, String value) {
            Properties properties = new Properties();
            properties.setProperty(key, value);
            return properties;
        }
    }

    @Test
    void plainXmlContextSendsAndReceives() {
        runner.run(broker -> {
            String address = broker.getBean(TernMQConnectionDetails.class)
                    .getNameServers()
                    .get(0);
            System.setProperty("ternmq.test.address", address);
            try (var context = new ClassPathXmlApplicationContext("io/ternmq/spring/boot/beans.xml")) {
                Producer producer = (Producer) context.getBean("producer");
                producer.send(new Message("TopicTestMQ", "TagA", "Hello MQ".getBytes(UTF_8)));
                producer.send(new Message("TopicTestMQ", "TagC", "unwanted".getBytes(UTF_8)));

                DemoMessageListener listener = context.getBean(DemoMessageListener.class);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(listener.received).containsExactly("TagA:Hello MQ"));
            } finally {
                System.clearProperty("ternmq.test.address");
            }
        });
    }

    @Test
    void xmlBeansInSpringBootUseTheEmbeddedBroker() {
        runner.withUserConfiguration(XmlInBoot.class).run(context -> sendsAndReceives(context));
    }

    @Test
    void javaBeansInSpringBootUseTheEmbeddedBroker() {
        runner.withUserConfiguration(JavaConfig.class).run(context -> sendsAndReceives(context));
    }

    @Test
    void clientBeansAreShutDownBeforeTheEmbeddedBroker() {
        ProducerBean[] producer = new ProducerBean[1];
        ConsumerBean[] consumer = new ConsumerBean[1];
        boolean[] producerOutlivedConsumer = new boolean[1];
        runner.withUserConfiguration(JavaConfig.class).run(context -> {
            producer[0] = context.getBean(ProducerBean.class);
            consumer[0] = context.getBean(ConsumerBean.class);
            context.stop();
            producerOutlivedConsumer[0] = !consumer[0].isRunning() && producer[0].isStarted();
        });

        assertThat(producerOutlivedConsumer[0]).isTrue();
        assertThat(producer[0].isClosed()).isTrue();
        assertThat(consumer[0].isClosed()).isTrue();
    }

    private static void sendsAndReceives(org.springframework.context.ApplicationContext context) {
        DemoMessageListener listener = context.getBean(DemoMessageListener.class);

        context.getBean(Producer.class).send(new Message("TopicTestMQ", "TagA", "by bean".getBytes(UTF_8)));
        context.getBean(MessageTemplate.class).convertAndSend("TopicTestMQ:TagB", "by template");

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(listener.received).containsExactlyInAnyOrder("TagA:by bean", "TagB:by template"));
    }
}
