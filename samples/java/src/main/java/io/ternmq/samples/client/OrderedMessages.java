package io.ternmq.samples.client;

import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.OrderProducer;
import io.ternmq.client.PropertyKeyConst;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The steps of each order are handled in their order, and different orders side by side. */
public final class OrderedMessages {

    private static final String TOPIC = "sample-ordered";
    private static final List<String> ORDERS = List.of("order-1", "order-2", "order-3");
    private static final List<String> STEPS = List.of("created", "paid", "shipped");

    private OrderedMessages() {}

    public static void main(String[] args) throws InterruptedException {
        run(args.length > 0 ? args[0] : "127.0.0.1:9876", System.out);
    }

    static void run(String address, PrintStream out) throws InterruptedException {
        CountDownLatch missing = new CountDownLatch(ORDERS.size() * STEPS.size());
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-ordered-producer");
        try (OrderConsumer consumer = createConsumer(address, out, missing);
                OrderProducer producer = MQFactory.createOrderProducer(properties)) {
            consumer.start();
            producer.start();
            for (String step : STEPS) {
                for (String order : ORDERS) {
                    Message message = new Message(TOPIC, step, (order + " " + step).getBytes(StandardCharsets.UTF_8));
                    // Messages of one sharding key stay in order.
                    producer.send(message, order);
                }
            }
            if (!missing.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("messages have not arrived: missing=" + missing.getCount());
            }
        }
    }

    private static OrderConsumer createConsumer(String address, PrintStream out, CountDownLatch missing) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, address);
        properties.put(PropertyKeyConst.GROUP_ID, "sample-ordered");
        properties.put(PropertyKeyConst.SuspendTimeMillis, 100);
        OrderConsumer consumer = MQFactory.createOrderedConsumer(properties);
        consumer.subscribe(TOPIC, "*", (message, context) -> {
            String text = new String(message.getBody(), StandardCharsets.UTF_8);
            if (text.equals("order-2 paid") && message.getReconsumeTimes() == 0) {
                out.println("again later: " + text);
                // The same message comes again before the next one of its queue does.
                return OrderAction.Suspend;
            }
            out.println("done: " + text);
            missing.countDown();
            return OrderAction.Success;
        });
        return consumer;
    }
}
