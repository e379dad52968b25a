package io.ternmq.stream.inbound;

import io.ternmq.client.Action;
import io.ternmq.client.Admin;
import io.ternmq.client.BatchConsumer;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.TopicPartition;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group: one consumer for all bindings of the group. When a binding comes or goes, the consumer is shut down and another one takes its place, because
 * only a consumer that starts tells when its queues are assigned. Messages that are being handled are finished in between.
 */
final class GroupMember {

    private static final int MOST_THREADS = 1000;

    private final GroupSettings settings;
    private final ClientConfig client;
    private final TopicProvisioner provisioner;
    private final List<Receiver> receivers = new ArrayList<>();
    private final Set<Receiver> paused = new HashSet<>();
    private @Nullable Running running;

    /**
     * A consumer that runs.
     *
     * @param receivers whose messages it gets
     */
    private record Running(Admin consumer, List<Receiver> receivers, Runnable suspend, Runnable resume) {}

    GroupMember(GroupSettings settings, ClientConfig client, TopicProvisioner provisioner) {
        this.settings = settings;
        this.client = client;
        this.provisioner = provisioner;
    }

    void requireSame(GroupSettings other, Receiver newcomer) {
        if (!settings.equals(other)) {
            throw new IllegalStateException("bindings of one group differ: group=" + settings.group() + ", bindings="
                    + receivers.stream().map(Receiver::describe).toList() + ", " + newcomer.describe() + ", settings="
                    + settings + ", " + other
                    + "; they are one member of the group, so give them equal properties, or a group for each");
        }
    }

    synchronized void join(Receiver receiver) {
        requireCompatible(receiver);
        if (settings.isStartSettled() || settings.anonymous()) {
            provisioner.group(settings.group(), settings.kind() == GroupSettings.Kind.ORDERED);
        }
        if (settings.isStartSettled()) {
            receiver.topics()
                    .forEach(topic -> provisioner.settleStart(settings.group(), topic, settings.startPosition()));
        }
        receivers.add(receiver);
        try {
            restart();
        } catch (RuntimeException e) {
            receivers.remove(receiver);
            if (!receivers.isEmpty()) {
                restart();
            }
            throw e;
        }
    }

    private void requireCompatible(Receiver newcomer) {
        for (Receiver receiver : receivers) {
            for (String topic : newcomer.topics()) {
                if (receiver.topics().contains(topic) && !receiver.selector().equals(newcomer.selector())) {
                    throw new IllegalStateException("bindings of one group want different messages of a topic: group="
                            + settings.group() + ", topic=" + topic + ", " + receiver.describe() + " wants "
                            + receiver.selector() + ", " + newcomer.describe() + " wants " + newcomer.selector()
                            + "; give them a group each");
                }
            }
        }
    }

    /** Tells whether nobody is left. */
    synchronized boolean leave(Receiver receiver) {
        paused.remove(receiver);
        if (!receivers.remove(receiver)) {
            return receivers.isEmpty();
        }
        restart();
        if (receivers.isEmpty() && settings.anonymous()) {
            provisioner.forget(settings.group());
        }
        return receivers.isEmpty();
    }

    synchronized void pause(Receiver receiver) {
        if (receivers.contains(receiver) && paused.add(receiver)) {
            rearrange();
        }
    }

    synchronized void resume(Receiver receiver) {
        if (paused.remove(receiver)) {
            rearrange();
        }
    }

    /** When all rest, the consumer does; when some do, it is one that does not have their topics. */
    private void rearrange() {
        Running current = running;
        if (current != null && active().isEmpty()) {
            current.suspend().run();
        } else if (current != null && current.receivers().equals(active())) {
            current.resume().run();
        } else {
            restart();
        }
    }

    private List<Receiver> active() {
        return receivers.stream().filter(receiver -> !paused.contains(receiver)).toList();
    }

    synchronized Set<String> topics() {
        Set<String> topics = new TreeSet<>();
        receivers.forEach(receiver -> topics.addAll(receiver.topics()));
        return topics;
    }

    private void restart() {
        Running before = running;
        running = null;
        if (before != null) {
            before.consumer().shutdown();
        }
        if (receivers.isEmpty()) {
            return;
        }
        boolean resting = active().isEmpty();
        Running fresh = consumer(resting ? List.copyOf(receivers) : active());
        try {
            if (resting) {
                fresh.suspend().run();
            }
            fresh.consumer().start();
        } catch (RuntimeException e) {
            fresh.consumer().shutdown();
            throw e;
        }
        running = fresh;
    }

    private Running consumer(List<Receiver> some) {
        ConsumerConfig config = settings.config(
                client,
                Math.min(
                        MOST_THREADS,
                        some.stream().mapToInt(Receiver::concurrency).sum()));
        Map<String, List<Receiver>> byTopic = new LinkedHashMap<>();
        some.forEach(receiver -> receiver.topics()
                .forEach(topic -> byTopic.computeIfAbsent(topic, none -> new ArrayList<>())
                        .add(receiver)));
        return switch (settings.kind()) {
            case CONCURRENT -> {
                Consumer consumer = MQFactory.createConsumer(config);
                byTopic.forEach((topic, its) -> consumer.subscribe(
                        topic, selector(its), (message, context) -> handle(its, List.of(message), context)));
                yield new Running(consumer, some, consumer::suspend, consumer::resume);
            }
            case ORDERED -> {
                OrderConsumer consumer = MQFactory.createOrderedConsumer(config);
                byTopic.forEach((topic, its) ->
                        consumer.subscribe(topic, selector(its), (message, context) -> inOrder(its, message)));
                yield new Running(consumer, some, consumer::suspend, consumer::resume);
            }
            case BATCH -> {
                BatchConsumer consumer = MQFactory.createBatchConsumer(config);
                byTopic.forEach((topic, its) -> consumer.subscribe(
                        topic, selector(its), (messages, context) -> handle(its, messages, context)));
                yield new Running(consumer, some, consumer::suspend, consumer::resume);
            }
        };
    }

    private static MessageSelector selector(List<Receiver> receivers) {
        return receivers.get(0).selector();
    }

    private static Action handle(List<Receiver> receivers, List<Message> messages, ConsumeContext context) {
        Receiver.Outcome outcome = choose(receivers, messages.get(0)).receive(messages);
        if (outcome.done() == messages.size()) {
            return Action.CommitMessage;
        }
        Duration delay = outcome.redeliverAfter();
        if (delay != null) {
            context.retryAfter(delay);
        }
        if (outcome.done() == 0) {
            return Action.ReconsumeLater;
        }
        context.setAcknowledgeIndex(outcome.done() - 1);
        return Action.CommitMessage;
    }

    private static OrderAction inOrder(List<Receiver> receivers, Message message) {
        return choose(receivers, message).receive(List.of(message)).done() == 1
                ? OrderAction.Success
                : OrderAction.Suspend;
    }

    /** Where several bindings share a topic, each has queues of its own. */
    private static Receiver choose(List<Receiver> receivers, Message message) {
        TopicPartition queue = message.getTopicPartition();
        int number = queue == null ? 0 : queue.queueId();
        return receivers.get(number % receivers.size());
    }
}
