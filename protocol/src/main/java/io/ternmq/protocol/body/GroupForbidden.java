package io.ternmq.protocol.body;

/** Body of the answer to UPDATE_AND_GET_GROUP_FORBIDDEN (code 353): whether a group may read a topic. */
public record GroupForbidden(String topic, String group, boolean readable) {}
