package io.ternmq.interop.peer;

import io.ternmq.client.Action;
import io.ternmq.client.Admin;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.StartPosition;
import io.ternmq.interop.driver.Line;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The program of {@link TernMQMember}: runs until it is asked to end, or until its standard input does. */
final class TernMQMemberMain {
    private TernMQMemberMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream lines = System.out;
        System.setOut(System.err);
        ClientConfig client = ClientConfig.builder(arguments[0])
                .requestTimeout(Duration.ofSeconds(30))
                .build();
        List<Admin> consumers = new ArrayList<>();
        for (String wish : List.of(arguments).subList(1, arguments.length)) {
            consumers.add(start(client, Line.parse(wish), lines));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> consumers.forEach(Admin::shutdown)));
        report(lines, Line.of("ready").build());
        while (System.in.read() >= 0) {
            // Only its end matters: the test is gone.
        }
        Runtime.getRuntime().halt(0);
    }

    private static Admin start(ClientConfig client, Line wish, PrintStream lines) {
        String group = wish.get("group");
        ConsumerConfig config = ConsumerConfig.builder(client, group)
                .startFrom(StartPosition.earliest())
                .consumeThreads(2)
                .build();
        if (wish.flag("orderly")) {
            OrderConsumer consumer = MQFactory.createOrderedConsumer(config);
            consumer.subscribe(wish.get("topic"), "*", (message, context) -> {
                report(lines, received(group, message));
                return OrderAction.Success;
            });
            consumer.start();
            return consumer;
        }
        Consumer consumer = MQFactory.createConsumer(config);
        consumer.subscribe(wish.get("topic"), "*", (message, context) -> {
            report(lines, received(group, message));
            return Action.CommitMessage;
        });
        consumer.start();
        return consumer;
    }

    private static Line received(String group, Message message) {
        return Line.of("message")
                .with("group", group)
                .with("nanos", System.nanoTime())
                .with("text", new String(message.getBody(), StandardCharsets.UTF_8))
                .build();
    }

    private static void report(PrintStream lines, Line line) {
        synchronized (lines) {
            lines.print(line.text() + "\n");
            lines.flush();
        }
    }
}
