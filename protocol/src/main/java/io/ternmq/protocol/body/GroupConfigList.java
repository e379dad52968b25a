package io.ternmq.protocol.body;

import java.util.List;

/** Body of UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (code 225). */
public record GroupConfigList(List<GroupConfig> groupConfigList) {}
