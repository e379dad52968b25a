package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.Producer;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.core.BatchConsumerBean;
import io.ternmq.spring.core.OrderConsumerBean;
import io.ternmq.spring.core.OrderProducerBean;
import io.ternmq.spring.core.Subscription;
import io.ternmq.spring.core.TransactionProducerBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/** The beans for ordered and transactional messages and for batches, configured as the ONS documentation shows it. */
class OnsBeansIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    /** Remembers the order. */
    public static class OrderListener implements MessageOrderListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public OrderAction consume(Message message, ConsumeOrderContext context) {
            received.add(new String(message.getBody(), UTF_8));
            return OrderAction.Success;
        }
    }

    /** Remembers what came. */
    public static class BatchListener implements BatchMessageListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public Action consume(List<Message> messages, ConsumeContext context) {
            messages.forEach(message -> received.add(new String(message.getBody(), UTF_8)));
            return Action.CommitMessage;
        }
    }

    /** Never asked while everything goes well. */
    public static class Checker implements LocalTransactionChecker {

        @Override
        public TransactionStatus check(Message message) {
            return TransactionStatus.Unknow;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class JavaConfig {

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        OrderProducerBean orderProducer() {
            OrderProducerBean producer = new OrderProducerBean();
            producer.setProperties(properties(PropertyKeyConst.ProducerId, "PID_ORDER"));
            return producer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        TransactionProducerBean transactionProducer() {
            TransactionProducerBean producer = new TransactionProducerBean();
            producer.setProperties(properties(PropertyKeyConst.ProducerId, "PID_TRANSACTION"));
            producer.setLocalTransactionChecker(new Checker());
            return producer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        OrderConsumerBean orderConsumer(OrderListener listener) {
            OrderConsumerBean consumer = new OrderConsumerBean();
            consumer.setProperties(properties(PropertyKeyConst.ConsumerId, "CID_ORDER"));
            consumer.setSubscriptionTable(Map.of(new Subscription("ordered", "*"), listener));
            return consumer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        BatchConsumerBean batchConsumer(BatchListener listener) {
            BatchConsumerBean consumer = new BatchConsumerBean();
            consumer.setProperties(properties(PropertyKeyConst.ConsumerId, "CID_BATCH"));
            consumer.setSubscriptionTable(Map.of(new Subscription("transactional", "*"), listener));
            return consumer;
        }

        @Bean
        OrderListener orderListener() {
            return new OrderListener();
        }

        @Bean
        BatchListener batchListener() {
            return new BatchListener();
        }

        private static Properties properties(String key, String value) {
            Properties properties = new Properties();
            properties.setProperty(key, value);
            return properties;
        }
    }

    @Test
    void javaBeansInSpringBootUseTheEmbeddedBroker() {
        runner.withUserConfiguration(JavaConfig.class)
                .run(context -> sendsAndReceives(context, context.getBean(Producer.class)));
    }

    @Test
    void plainXmlContextSendsAndReceives() {
        runner.run(broker -> {
            System.setProperty(
                    "ternmq.test.ons.address",
                    broker.getBean(TernMQConnectionDetails.class)
                            .getNameServers()
                            .get(0));
            try (var context = new ClassPathXmlApplicationContext("io/ternmq/spring/boot/ons-beans.xml")) {
                sendsAndReceives(context, broker.getBean(Producer.class));
            } finally {
                System.clearProperty("ternmq.test.ons.address");
            }
        });
    }

    @Test
    void beansAreShutDownWithTheContext() {
        OrderProducerBean[] producer = new OrderProducerBean[1];
        OrderConsumerBean[] consumer = new OrderConsumerBean[1];
        runner.withUserConfiguration(JavaConfig.class).run(context -> {
            producer[0] = context.getBean(OrderProducerBean.class);
            consumer[0] = context.getBean(OrderConsumerBean.class);
            assertThat(producer[0].isStarted()).isTrue();
            assertThat(consumer[0].isStarted()).isTrue();
        });

        assertThat(producer[0].isClosed()).isTrue();
        assertThat(consumer[0].isClosed()).isTrue();
    }

    private static void sendsAndReceives(ApplicationContext context, Producer first) {
        first.send(new Message("ordered", "", "0".getBytes(UTF_8)));
        first.send(new Message("transactional", "", "ready".getBytes(UTF_8)));
        OrderListener ordered = context.getBean(OrderListener.class);
        BatchListener batches = context.getBean(BatchListener.class);
        await().atMost(PATIENCE).until(() -> ordered.received.contains("0") && batches.received.contains("ready"));

        OrderProducer orderProducer = context.getBean(OrderProducer.class);
        for (int i = 1; i <= 20; i++) {
            orderProducer.send(new Message("ordered", "", Integer.toString(i).getBytes(UTF_8)), "customer-3");
        }
        TransactionProducer transactions = context.getBean(TransactionProducer.class);
        transactions.send(
                new Message("transactional", "", "refused".getBytes(UTF_8)),
                (message, arg) -> TransactionStatus.RollbackTransaction,
                null);
        transactions.send(
                new Message("transactional", "", "paid".getBytes(UTF_8)),
                (message, arg) -> TransactionStatus.CommitTransaction,
                null);

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(ordered.received)
                    .containsExactlyElementsOf(IntStream.rangeClosed(0, 20)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(batches.received).containsExactlyInAnyOrder("ready", "paid");
        });
    }
}
