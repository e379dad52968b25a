package io.ternmq.broker.request.admin;

import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.body.TopicConfigList;
import io.ternmq.protocol.body.TopicConfigTable;
import io.ternmq.protocol.body.TopicList;
import io.ternmq.protocol.header.CreateTopicHeader;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, changes, lists and deletes topics (codes 17, 18, 21, 205, 215, 305, 327, 351). Registered as blocking: what it changes is on disk when it
 * answers.
 */
public final class TopicAdminHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TopicAdminHandler.class);

    private final BrokerIdentity identity;
    private final Topics topics;
    private final Offsets offsets;
    private final MessageStore store;
    private final Consumer<String> queuesChanged;

    /**
     * Wires the handler.
     *
     * @param queuesChanged told the topics that have other queues than before
     */
    public TopicAdminHandler(
            BrokerIdentity identity,
            Topics topics,
            Offsets offsets,
            MessageStore store,
            Consumer<String> queuesChanged) {
        this.identity = identity;
        this.topics = topics;
        this.offsets = offsets;
        this.store = store;
        this.queuesChanged = queuesChanged;
    }

    /** Creates or changes a topic. */
    public void create(Request request) throws CommandException {
        TopicConfig topic = CreateTopicHeader.decode(request.fields()).topic();
        check(topic);
        put(topic);
        request.succeed();
    }

    /** Creates or changes several topics. */
    public void createAll(Request request) throws CommandException {
        List<TopicConfig> all =
                JsonBodies.decode(request.body(), TopicConfigList.class).topicConfigList();
        for (TopicConfig topic : all) {
            check(topic);
        }
        for (TopicConfig topic : all) {
            put(topic);
        }
        request.succeed();
    }

    /** Deletes a topic with its messages and the offsets of its consumers. */
    public void delete(Request request) throws CommandException {
        String name = request.fields().require("topic");
        if (topics.system().contains(name)) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER, "topic belongs to the broker and cannot be deleted: topic=" + name);
        }
        try {
            if (topics.find(name) != null) {
                // The definition goes last, so that a deletion that was interrupted can be repeated.
                store.deleteTopic(name);
                offsets.deleteTopic(name);
                topics.delete(name);
                LOG.info(
                        "topic deleted: topic={}, by={}",
                        name,
                        request.connection().remoteAddress());
            }
        } catch (IOException e) {
            throw failed(name, e);
        }
        request.succeed();
    }

    /** Answers with a topic's definition. */
    public void get(Request request) throws CommandException {
        String name = request.fields().require("topic");
        TopicConfig topic = topics.find(name);
        if (topic == null) {
            throw new CommandException(ResponseCode.TOPIC_NOT_EXIST, "topic does not exist: topic=" + name);
        }
        request.succeed(JsonBodies.encode(topic));
    }

    /** Answers with all definitions. */
    public void getAll(Request request) {
        Map<String, TopicConfig> table = new TreeMap<>();
        topics.all().forEach(topic -> table.put(topic.topicName(), topic));
        request.answer(
                ResponseCode.SUCCESS,
                null,
                Fields.builder().put("totalTopicNum", table.size()).build(),
                JsonBodies.encode(new TopicConfigTable(table, topics.version())));
    }

    /** Lists the topics that belong to the broker. */
    public void systemTopics(Request request) {
        request.succeed(JsonBodies.encode(
                new TopicList(new TreeSet<>(topics.system().names()), identity.address(request.connection()))));
    }

    /** Takes the permission to write from all topics that users made. */
    public void wipeWritePermission(Request request) throws CommandException {
        request.succeed(Fields.builder()
                .put("wipeTopicCount", setWritable(request, false))
                .build());
    }

    /** Gives the permission to write to all topics that users made. */
    public void addWritePermission(Request request) throws CommandException {
        request.succeed(Fields.builder()
                .put("addTopicCount", setWritable(request, true))
                .build());
    }

    private int setWritable(Request request, boolean writable) throws CommandException {
        int count = 0;
        if (request.fields().require("brokerName").equals(identity.brokerName())) {
            for (TopicConfig topic : topics.all()) {
                int perm = writable ? topic.perm() | TopicConfig.PERM_WRITE : topic.perm() & ~TopicConfig.PERM_WRITE;
                if (!topics.system().contains(topic.topicName()) && perm != topic.perm()) {
                    put(new TopicConfig(
                            topic.topicName(),
                            topic.readQueueNums(),
                            topic.writeQueueNums(),
                            perm,
                            topic.topicFilterType(),
                            topic.topicSysFlag(),
                            topic.order(),
                            topic.attributes()));
                    count++;
                }
            }
        }
        return count;
    }

    private void check(TopicConfig topic) throws CommandException {
        String fault = Topics.findFault(topic);
        if (fault != null) {
            throw new CommandException(ResponseCode.INVALID_PARAMETER, fault);
        }
        if (topics.system().contains(topic.topicName()) && !topic.topicName().equals(ResourceNames.AUTO_CREATE_TOPIC)) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "topic name belongs to the broker: topic=" + topic.topicName() + "; choose another");
        }
    }

    private void put(TopicConfig wanted) throws CommandException {
        TopicConfig before = topics.find(wanted.topicName());
        Map<String, String> attributes = new LinkedHashMap<>(before == null ? Map.of() : before.attributes());
        attributes.putAll(wanted.attributes());
        attributes.values().removeIf(String::isEmpty);
        try {
            topics.put(new TopicConfig(
                    wanted.topicName(),
                    wanted.readQueueNums(),
                    wanted.writeQueueNums(),
                    wanted.perm(),
                    wanted.topicFilterType(),
                    wanted.topicSysFlag(),
                    wanted.order(),
                    attributes));
        } catch (IOException e) {
            throw failed(wanted.topicName(), e);
        }
        if (before == null
                || before.readQueueNums() != wanted.readQueueNums()
                || before.writeQueueNums() != wanted.writeQueueNums()) {
            queuesChanged.accept(wanted.topicName());
        }
    }

    private static CommandException failed(String topic, IOException e) {
        return new CommandException(
                ResponseCode.SERVICE_NOT_AVAILABLE,
                "topic cannot be changed: topic=" + topic + ", reason=" + e.getMessage());
    }
}
