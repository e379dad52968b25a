package io.ternmq.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageOrderListener;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.Producer;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionStatus;
import io.ternmq.interop.peer.BrokerTarget;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.support.GenericXmlApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The beans of the ONS documentation, in XML and without Spring Boot, on a genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class OnsBeansOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;

    OnsBeansOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("ons");
    }

    /** Takes what comes. */
    public static class Listener implements MessageListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public Action consume(Message message, ConsumeContext context) {
            received.add(message.getTag() + ":" + text(message));
            return Action.CommitMessage;
        }
    }

    /** Remembers the order. */
    public static class OrderListener implements MessageOrderListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public OrderAction consume(Message message, ConsumeOrderContext context) {
            received.add(text(message));
            return OrderAction.Success;
        }
    }

    /** Takes several at once. */
    public static class BatchListener implements BatchMessageListener {

        private final List<String> received = new CopyOnWriteArrayList<>();

        @Override
        public Action consume(List<Message> messages, ConsumeContext context) {
            messages.forEach(message -> received.add(text(message)));
            return Action.CommitMessage;
        }
    }

    /** Is asked about what the executer could not tell, and, by a broker that asks this often, also about what it has told just now. */
    public static class Checker implements LocalTransactionChecker {

        @Override
        public TransactionStatus check(Message message) {
            return text(message).equals("refused")
                    ? TransactionStatus.RollbackTransaction
                    : TransactionStatus.CommitTransaction;
        }
    }

    @Test
    void beansInXmlSendAndReceiveEachKindOfMessage() {
        Applications.createTopics(lab, broker, 1, t, "_plain", "_ordered", "_transactional");
        try (GenericXmlApplicationContext context = new GenericXmlApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("test", Map.of("t", t, "address", broker.nameServer())));
            context.load("classpath:io/ternmq/interop/ons-beans.xml");
            context.refresh();

            sendEachKind(context);

            List<String> numbers =
                    IntStream.range(0, 10).mapToObj(Integer::toString).toList();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(context.getBean(Listener.class).received).containsExactly("TagA:wanted");
                assertThat(context.getBean(OrderListener.class).received).containsExactlyElementsOf(numbers);
                assertThat(context.getBean(BatchListener.class).received)
                        .contains("paid", "asked")
                        .doesNotContain("refused");
            });
        }
    }

    private void sendEachKind(BeanFactory context) {
        Producer producer = context.getBean("producer", Producer.class);
        producer.send(new Message(t + "_plain", "TagC", "unwanted".getBytes(UTF_8)));
        producer.send(new Message(t + "_plain", "TagA", "wanted".getBytes(UTF_8)));
        OrderProducer ordered = context.getBean("orderProducer", OrderProducer.class);
        for (int i = 0; i < 10; i++) {
            ordered.send(new Message(t + "_ordered", "", Integer.toString(i).getBytes(UTF_8)), "customer-3");
        }
        TransactionProducer transactions = context.getBean("transactionProducer", TransactionProducer.class);
        Map.of(
                        "refused", TransactionStatus.RollbackTransaction,
                        "asked", TransactionStatus.Unknow,
                        "paid", TransactionStatus.CommitTransaction)
                .forEach((text, outcome) -> transactions.send(
                        new Message(t + "_transactional", "", text.getBytes(UTF_8)), (message, arg) -> outcome, null));
    }

    private static String text(Message message) {
        return new String(message.getBody(), UTF_8);
    }
}
