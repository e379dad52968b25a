package io.ternmq.interop.driver;

import java.util.function.BiConsumer;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** One started lite pull consumer of the genuine client, which polls on a thread of its own and reports what it gets. */
final class GenuineLitePuller {
    private static final long POLL_MILLIS = 200;

    private final DefaultLitePullConsumer consumer;
    private final Thread poller;
    private volatile boolean stopping;

    private GenuineLitePuller(DefaultLitePullConsumer consumer, String name, BiConsumer<String, MessageExt> report) {
        this.consumer = consumer;
        this.poller = new Thread(() -> poll(name, report), "lite-puller-" + name);
        poller.setDaemon(true);
    }

    static GenuineLitePuller start(Line settings, BiConsumer<String, MessageExt> report) throws MQClientException {
        String name = settings.get("name");
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(settings.get("group"));
        consumer.setNamesrvAddr(settings.get("nameServer"));
        consumer.setClientIP("127.0.0.1");
        consumer.setInstanceName(name);
        consumer.setMqClientApiTimeout(10_000);
        consumer.setHeartbeatBrokerInterval(2_000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(settings.get("topic"), settings.get("expression"));
        consumer.start();
        GenuineLitePuller litePuller = new GenuineLitePuller(consumer, name, report);
        litePuller.poller.start();
        return litePuller;
    }

    void stop() throws InterruptedException {
        stopping = true;
        poller.join();
        // What was polled last is committed by the poll that would come next, or by hand.
        consumer.commitSync();
        consumer.shutdown();
    }

    private void poll(String name, BiConsumer<String, MessageExt> report) {
        while (!stopping) {
            consumer.poll(POLL_MILLIS).forEach(message -> report.accept(name, message));
        }
    }
}
