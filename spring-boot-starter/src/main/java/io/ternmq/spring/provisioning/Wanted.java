package io.ternmq.spring.provisioning;

import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import java.util.List;

/**
 * What an application needs of one cluster.
 *
 * @param cluster the cluster
 * @param topics the topics
 * @param groups the consumer groups
 */
public record Wanted(String cluster, List<TopicSpec> topics, List<GroupSpec> groups) {

    public Wanted {
        topics = List.copyOf(topics);
        groups = List.copyOf(groups);
    }
}
