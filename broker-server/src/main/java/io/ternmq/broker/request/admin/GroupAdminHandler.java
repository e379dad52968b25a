package io.ternmq.broker.request.admin;

import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.GroupConfig;
import io.ternmq.protocol.body.GroupConfigList;
import io.ternmq.protocol.body.GroupConfigTable;
import io.ternmq.protocol.body.GroupForbidden;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicConfig;
import io.ternmq.protocol.message.ResourceNames;
import java.io.IOException;

/** Creates, changes, lists and deletes consumer groups (codes 200, 201, 207, 225, 352, 353). Registered as blocking. */
public final class GroupAdminHandler {
    private final GroupSettings groups;
    private final Offsets offsets;
    private final Topics topics;

    /** Wires the handler. */
    public GroupAdminHandler(GroupSettings groups, Offsets offsets, Topics topics) {
        this.groups = groups;
        this.offsets = offsets;
        this.topics = topics;
    }

    /** Creates or changes a group. */
    public void create(Request request) throws CommandException {
        put(JsonBodies.decode(request.body(), GroupConfig.class));
        request.succeed();
    }

    /** Creates or changes several groups. */
    public void createAll(Request request) throws CommandException {
        for (GroupConfig group :
                JsonBodies.decode(request.body(), GroupConfigList.class).groupConfigList()) {
            put(group);
        }
        request.succeed();
    }

    /** Answers with the settings of all groups. */
    public void getAll(Request request) {
        GroupConfigTable table = groups.table();
        request.answer(
                ResponseCode.SUCCESS,
                null,
                Fields.builder()
                        .put("totalGroupNum", table.subscriptionGroupTable().size())
                        .build(),
                JsonBodies.encode(table));
    }

    /** Answers with the settings of a group. */
    public void get(Request request) throws CommandException {
        String name = request.fields().require("group");
        GroupConfig group = groups.find(name);
        if (group == null) {
            throw new CommandException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "consumer group does not exist: group=" + name);
        }
        request.succeed(JsonBodies.encode(group));
    }

    /** Deletes a group, and its offsets if asked for. */
    public void delete(Request request) throws CommandException {
        String name = request.fields().require("groupName");
        try {
            groups.delete(name);
            if (request.fields().getBoolean("cleanOffset")) {
                offsets.deleteGroup(name);
                offsets.save();
            }
        } catch (IOException e) {
            throw failed(name, e);
        }
        request.succeed();
    }

    /** Forbids a group to read a topic or allows it again, if that is asked for, and answers how it is then. */
    public void permission(Request request) throws CommandException {
        String group = request.fields().require("group");
        String topic = request.fields().require("topic");
        if (request.fields().get("readable") != null) {
            try {
                groups.permitReading(group, topic, request.fields().getBoolean("readable"));
            } catch (IOException e) {
                throw failed(group, e);
            }
        }
        request.succeed(JsonBodies.encode(new GroupForbidden(topic, group, groups.mayRead(group, topic))));
    }

    private void put(GroupConfig group) throws CommandException {
        String fault = ResourceNames.findGroupFault(group.groupName());
        if (fault != null) {
            throw new CommandException(ResponseCode.INVALID_PARAMETER, fault);
        }
        if (group.retryQueueNums() < 0 || group.retryQueueNums() > Topics.MAX_QUEUES) {
            throw new CommandException(
                    ResponseCode.INVALID_PARAMETER,
                    "number of retry queues is out of range: group=" + group.groupName() + ", retryQueueNums="
                            + group.retryQueueNums() + "; use 0 to " + Topics.MAX_QUEUES);
        }
        try {
            groups.put(group);
            if (group.retryQueueNums() > 0) {
                topics.create(TopicConfig.of(ResourceNames.retryTopic(group.groupName()), group.retryQueueNums()));
            }
        } catch (IOException e) {
            throw failed(group.groupName(), e);
        }
    }

    private static CommandException failed(String group, IOException e) {
        return new CommandException(
                ResponseCode.SERVICE_NOT_AVAILABLE,
                "group cannot be changed: group=" + group + ", reason=" + e.getMessage());
    }
}
