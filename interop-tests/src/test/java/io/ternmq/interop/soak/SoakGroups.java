package io.ternmq.interop.soak;

import io.ternmq.client.Action;
import io.ternmq.client.Admin;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeMode;
import io.ternmq.client.Consumer;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.OrderAction;
import io.ternmq.client.OrderConsumer;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.PullConsumerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.interop.client.ConsumerSettings;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.TernMQMember;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The groups that receive, and their members: in this process, in one of their own, and in the genuine client's. Members may come and go; those that {@link #start}
 * makes stay. For one thread at a time.
 */
final class SoakGroups implements AutoCloseable {
    private static final Duration RETRY_AFTER = Duration.ofMillis(300);
    private static final int MOST_RETRIES = 2;
    private static final String CONDITION = "n BETWEEN 3 AND 6 OR TAGS = 'C'";

    private final String nameServer;
    private final String prefix;
    private final Path folder;
    private final Books books;
    private final Deque<Runnable> staying = new ArrayDeque<>();
    private int names;

    private final Receipts anyOurs;
    private final Receipts anyGenuine;
    private final Receipts anyMixed;
    private final Receipts anyPopped;
    private final Receipts laterMixed;
    private final Sequences ordered;
    private final Sequences orderedByGenuine;

    SoakGroups(String nameServer, String prefix, Path folder, Books books) {
        this.nameServer = nameServer;
        this.prefix = prefix;
        this.folder = folder;
        this.books = books;
        anyOurs = books.any.receiver("any_ours", number -> true);
        anyGenuine = books.any.receiver("any_genuine", number -> true);
        anyMixed = books.any.receiver("any_mixed", number -> true);
        anyPopped = books.any.receiver("any_popped", number -> true);
        laterMixed = books.later.receiver("later_mixed", number -> true);
        ordered = books.ordered.group("ordered_ours");
        orderedByGenuine = books.orderedByGenuine.group("ordered_of_genuine");
    }

    /** Starts what stays until the end. Those who broadcast get what is sent when this has returned. */
    void start(GenuineClient genuine) {
        Receipts polled = books.any.receiver("any_polled", number -> true);
        Receipts tagged = books.any.receiver("any_tagged", number -> number % 3 != 2);
        Receipts selected = books.any.receiver("any_selected", SoakGroups::isSelected);
        Receipts selectedByGenuine = books.any.receiver("any_selected_genuine", SoakGroups::isSelected);
        Receipts committed = books.transactions.receiver("transactions_ours", number -> true);
        Receipts committedForGenuine = books.transactions.receiver("transactions_genuine", number -> true);
        Receipts retriedByGenuine = books.retries.receiver("retries_genuine", number -> true);
        for (int i = 0; i < 2; i++) {
            staying.push(consumer(config(anyOurs.name()), anyOurs, books.any, MessageSelector.byTag("*"))::close);
            staying.push(orderly(ordered, books.ordered)::close);
            staying.push(orderly(orderedByGenuine, books.orderedByGenuine)::close);
            staying.push(consumer(
                    config(anyPopped.name()).consumeMode(ConsumeMode.POP),
                    anyPopped,
                    books.any,
                    MessageSelector.byTag("*"))::close);
            Receipts broadcast = books.any.receiver("any_broadcast_" + i, number -> true);
            staying.push(consumer(
                    config("any_broadcast")
                            .messageModel(MessageModel.BROADCASTING)
                            .offsetDirectory(folder.resolve("offsets")),
                    broadcast,
                    books.any,
                    MessageSelector.byTag("*"))::close);
        }
        staying.push(consumer(config(anyMixed.name()), anyMixed, books.any, MessageSelector.byTag("*"))::close);
        staying.push(consumer(config(tagged.name()), tagged, books.any, MessageSelector.byTag("A || B"))::close);
        staying.push(consumer(config(selected.name()), selected, books.any, MessageSelector.bySql(CONDITION))::close);
        staying.push(
                consumer(config(committed.name()), committed, books.transactions, MessageSelector.byTag("*"))::close);
        staying.push(consumer(config(laterMixed.name()), laterMixed, books.later, MessageSelector.byTag("*"))::close);
        staying.push(retrying()::close);
        staying.push(polling(polled)::close);
        staying.push(genuine(genuine, settings(anyGenuine.name(), books.any), anyGenuine)::close);
        staying.push(genuine(
                genuine, settings(selectedByGenuine.name(), books.any).selecting(CONDITION), selectedByGenuine)::close);
        staying.push(
                genuine(genuine, settings(committedForGenuine.name(), books.transactions), committedForGenuine)::close);
        staying.push(genuine(
                genuine, settings(retriedByGenuine.name(), books.retries).refusing(1), retriedByGenuine)::close);
        staying.push(genuineOrderly(genuine, books.ordered)::close);
        staying.push(genuineOrderly(genuine, books.orderedByGenuine)::close);
    }

    /** The group whose hopeless messages become dead letters. */
    String retryingGroup() {
        return group("retries_ours");
    }

    /** Members of two groups, one of them in order, which leave when they are closed. */
    List<Admin> passingMembers() {
        return List.of(
                consumer(config(anyOurs.name()), anyOurs, books.any, MessageSelector.byTag("*")),
                orderly(ordered, books.ordered));
    }

    /** Members of the same two groups in a process of their own. */
    TernMQMember memberProcess() {
        return TernMQMember.start(
                folder.resolve("member-" + ++names),
                nameServer,
                List.of(
                        new TernMQMember.Wish(group(anyOurs.name()), books.any.topic(), false),
                        new TernMQMember.Wish(group(ordered.name()), books.ordered.topic(), true)),
                (of, text, nanos) -> {
                    Texts message = Texts.read(text);
                    if (of.equals(group(anyOurs.name()))) {
                        anyOurs.accept(message.number());
                    } else {
                        ordered.accept(message.name(), (int) message.value(), nanos);
                    }
                });
    }

    /** Members of three groups in this process of the genuine client, which may be killed. */
    List<TestConsumer> genuineMembers(GenuineClient client) {
        return List.of(
                genuine(client, settings(anyGenuine.name(), books.any), anyGenuine),
                genuine(client, settings(anyMixed.name(), books.any), anyMixed),
                genuine(client, settings(laterMixed.name(), books.later), laterMixed));
    }

    private Admin consumer(
            ConsumerConfig.Builder config, Receipts receipts, Account account, MessageSelector selector) {
        Consumer consumer = MQFactory.createConsumer(config.build());
        consumer.subscribe(account.topic(), selector, (message, context) -> {
            arrived(receipts, account, message.getBody());
            return Action.CommitMessage;
        });
        consumer.start();
        return consumer;
    }

    private Admin orderly(Sequences sequences, OrderedAccount account) {
        OrderConsumer consumer =
                MQFactory.createOrderedConsumer(config(sequences.name()).build());
        consumer.subscribe(account.topic(), "*", (message, context) -> {
            Texts text = Texts.read(message.getBody());
            sequences.accept(text.name(), (int) text.value(), System.nanoTime());
            return OrderAction.Success;
        });
        consumer.start();
        return consumer;
    }

    /** A consumer whose listener fails where {@link Books} says so. */
    private Admin retrying() {
        Receipts done = books.retries.receiver("retries_ours", number -> !Books.isHopeless(number));
        Consumer consumer = MQFactory.createConsumer(
                config(done.name()).maxReconsumeTimes(MOST_RETRIES).build());
        consumer.subscribe(books.retries.topic(), "*", (message, context) -> {
            int number = Texts.read(message.getBody()).number();
            context.retryAfter(RETRY_AFTER);
            if (Books.isHopeless(number) || Books.failsAtFirst(number) && message.getReconsumeTimes() == 0) {
                return Action.ReconsumeLater;
            }
            done.accept(number);
            return Action.CommitMessage;
        });
        consumer.start();
        return consumer;
    }

    private Admin polling(Receipts receipts) {
        PullConsumer consumer =
                MQFactory.createPullConsumer(PullConsumerConfig.builder(client(), group(receipts.name()))
                        .startFrom(StartPosition.earliest())
                        .build());
        consumer.start();
        consumer.subscribe(books.any.topic(), "*");
        Thread poller = new Thread(
                () -> {
                    while (consumer.isStarted()) {
                        try {
                            for (Message message : consumer.poll(Duration.ofSeconds(1))) {
                                arrived(receipts, books.any, message.getBody());
                            }
                        } catch (MQClientException closed) {
                            return;
                        }
                    }
                },
                "soak-poller");
        poller.setDaemon(true);
        poller.start();
        return consumer;
    }

    private TestConsumer genuine(GenuineClient client, ConsumerSettings settings, Receipts receipts) {
        Account account = settings.topic().equals(books.later.topic()) ? books.later : books.any;
        return client.consumer(settings, false, message -> arrived(receipts, account, message.body()));
    }

    private TestConsumer genuineOrderly(GenuineClient client, OrderedAccount account) {
        Sequences sequences = account.group(account.topic().replace(prefix + "_", "") + "_genuine");
        return client.consumer(
                ConsumerSettings.of(nameServer, group(sequences.name()), account.topic()), true, message -> {
                    Texts text = Texts.read(message.body());
                    sequences.accept(text.name(), (int) text.value(), System.nanoTime());
                });
    }

    private void arrived(Receipts receipts, Account account, byte[] body) {
        if (account == books.later) {
            books.arrived(receipts, Texts.read(body));
        } else {
            receipts.accept(Texts.read(body).number());
        }
    }

    private static boolean isSelected(int number) {
        int property = Books.property(number);
        return property >= 3 && property <= 6 || Books.tag(number).equals("C");
    }

    private ConsumerSettings settings(String name, Account account) {
        return ConsumerSettings.of(nameServer, group(name), account.topic());
    }

    private ConsumerConfig.Builder config(String name) {
        return ConsumerConfig.builder(client(), group(name))
                .startFrom(StartPosition.earliest())
                .consumeThreads(2);
    }

    private ClientConfig client() {
        return ClientConfig.builder(nameServer)
                .instanceName(prefix + "_" + ++names)
                .build();
    }

    private String group(String name) {
        return prefix + "_" + name;
    }

    @Override
    public void close() {
        while (!staying.isEmpty()) {
            staying.pop().run();
        }
    }
}
