package io.ternmq.samples.stream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** The steps; {@code application.yml} says which topics lie between them. */
@Configuration(proxyBeanMethods = false)
class Pipeline {

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final List<String> REGIONS = List.of("EU", "ASIA");
    private static final List<String> ITEMS = List.of("teapot", "cup", "unicorn");
    private static final Map<String, Integer> CENTS = Map.of("teapot", 2500, "cup", 1250);

    /** An order every now and then, each third one for something that nobody sells. */
    @Bean
    Supplier<Order> orders() {
        AtomicInteger numbers = new AtomicInteger();
        return () -> {
            int number = numbers.incrementAndGet();
            return new Order(number, ITEMS.get(number % ITEMS.size()), REGIONS.get(number % REGIONS.size()));
        };
    }

    /** Adds the price. The header tells the output the tag, by which the next steps choose. */
    @Bean
    Function<Order, Message<PricedOrder>> price() {
        return order -> {
            Integer cents = CENTS.get(order.item());
            if (cents == null) {
                throw new IllegalArgumentException("nobody sells this: " + order.item());
            }
            return MessageBuilder.withPayload(new PricedOrder(order.number(), order.item(), order.region(), cents))
                    .setHeader("region", order.region())
                    .build();
        };
    }

    @Bean
    Consumer<PricedOrder> europe(Deliveries deliveries) {
        return order -> deliveries.ship("EU", order);
    }

    @Bean
    Consumer<PricedOrder> asia(Deliveries deliveries) {
        return order -> deliveries.ship("ASIA", order);
    }

    /** What could not be priced, with the reason. */
    @Bean
    Consumer<Message<Order>> rejected(Deliveries deliveries) {
        return letter -> {
            deliveries.reject(letter.getPayload());
            LOG.info(
                    "order {} rejected: {}",
                    letter.getPayload().number(),
                    letter.getHeaders().get("dead-letter-reason"));
        };
    }
}
