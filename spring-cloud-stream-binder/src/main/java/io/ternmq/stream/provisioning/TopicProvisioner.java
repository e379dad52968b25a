package io.ternmq.stream.provisioning;

import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPosition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicRoute;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.stream.properties.FailurePolicy;
import io.ternmq.stream.properties.TernMQBinderProperties;
import io.ternmq.stream.properties.TernMQBinderProperties.Provisioning;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.properties.TernMQProducerProperties;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.cloud.stream.provisioning.ProvisioningException;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;
import org.springframework.util.StringUtils;

/** Sees to it that topics and groups are there, as the binder's properties say, and that groups begin where they should. */
public final class TopicProvisioner
        implements ProvisioningProvider<
                ExtendedConsumerProperties<TernMQConsumerProperties>,
                ExtendedProducerProperties<TernMQProducerProperties>> {

    private static final Logger LOG = LoggerFactory.getLogger(TopicProvisioner.class);
    private static final Pattern NAME = Pattern.compile("[%|a-zA-Z0-9_-]{1,127}");
    private static final long LOOK_AGAIN_NANOS = 20_000_000;

    private final AdminClient admin;
    private final TernMQBinderProperties properties;

    public TopicProvisioner(AdminClient admin, TernMQBinderProperties properties) {
        this.admin = admin;
        this.properties = properties;
    }

    @Override
    public ProducerDestination provisionProducerDestination(
            String name, ExtendedProducerProperties<TernMQProducerProperties> producer) {
        String topic = checked("destination", name);
        int partitions = producer.isPartitioned() ? producer.getPartitionCount() : 1;
        topic(topic, partitions, orElse(producer.getExtension().getQueues(), partitions));
        for (String group : producer.getRequiredGroups()) {
            group(checked("required group", group), false);
            settleStart(group, topic, StartPosition.earliest());
        }
        return new Destination(List.of(topic));
    }

    @Override
    public ConsumerDestination provisionConsumerDestination(
            String name, @Nullable String group, ExtendedConsumerProperties<TernMQConsumerProperties> consumer) {
        List<String> topics = consumer.isMultiplex()
                ? Arrays.stream(StringUtils.commaDelimitedListToStringArray(name))
                        .map(String::trim)
                        .toList()
                : List.of(name);
        int shares = consumer.isPartitioned() ? Math.max(1, consumer.getInstanceCount()) : 1;
        for (String topic : topics) {
            topic(
                    checked("destination", topic),
                    1,
                    orElse(consumer.getExtension().getQueues(), shares * consumer.getConcurrency()));
        }
        String named = StringUtils.hasText(group) && group != null ? checked("group", group) : "";
        TernMQConsumerProperties own = consumer.getExtension();
        if (own.getOnFailure() == FailurePolicy.DEAD_LETTER && !(named.isEmpty() && own.getDeadLetterTopic() == null)) {
            topics.forEach(topic -> topic(deadLetterTopic(topic, named, own), 1, 1));
        }
        return new Destination(topics);
    }

    /** The topic that takes what a group cannot handle. */
    public static String deadLetterTopic(String topic, String group, TernMQConsumerProperties consumer) {
        String given = consumer.getDeadLetterTopic();
        return given != null ? given : checked("dead-letter topic", topic + "-" + group + "-dlq");
    }

    private static String checked(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ProvisioningException("illegal name: " + what + "=" + name
                    + "; it must be 1 to 127 of the characters a-z, A-Z, 0-9, _, -, %"
                    + " and |, set spring.cloud.stream.bindings.<binding>.destination or .group accordingly");
        }
        return name;
    }

    private int orElse(@Nullable Integer wanted, int needed) {
        return wanted == null ? Math.max(properties.queues(), needed) : Math.max(wanted, 1);
    }

    /**
     * Sees to it that a topic is there.
     *
     * @param least how many queues it must have
     * @param usual how many it gets if it is created
     */
    private void topic(String topic, int least, int usual) {
        if (properties.provisioning() == Provisioning.TRUST) {
            return;
        }
        try {
            Optional<TopicRoute> route = admin.route(topic);
            int there = route.map(TopicProvisioner::queues).orElse(0);
            if (there >= least) {
                return;
            }
            if (properties.provisioning() == Provisioning.CHECK) {
                throw new ProvisioningException((route.isEmpty()
                                ? "the topic does not exist: topic=" + topic
                                : "the topic has too few queues: topic=" + topic + ", queues=" + there)
                        + ", needed=" + least
                        + "; create it, or set spring.cloud.stream.ternmq.binder.provisioning=create");
            }
            create(topic, route.isEmpty() ? Math.max(usual, least) : least, there);
        } catch (MQClientException e) {
            throw new ProvisioningException("the topic cannot be provisioned: topic=" + topic, e);
        }
    }

    private void create(String topic, int queues, int there) {
        Optional<TopicSpec> before = admin.topic(topic);
        admin.createTopic(before.map(
                        spec -> new TopicSpec(topic, queues, queues, spec.readable(), spec.writable(), spec.ordered()))
                .orElseGet(() -> TopicSpec.of(topic, queues)));
        LOG.info("topic {}: topic={}, queues={}", there == 0 ? "created" : "given more queues", topic, queues);
        await(topic, queues);
    }

    /** A name server learns of a topic a moment after its broker. */
    private void await(String topic, int queues) {
        long deadline = System.nanoTime() + properties.provisioningTimeout().toNanos();
        while (admin.route(topic).map(TopicProvisioner::queues).orElse(0) < queues) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                throw new ProvisioningException("the topic is created, but no name server tells of it: topic=" + topic
                        + ", waited=" + properties.provisioningTimeout()
                        + "; check that the broker registers with the name server");
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private static int queues(TopicRoute route) {
        return route.queues().stream()
                .mapToInt(broker -> Math.min(broker.readQueues(), broker.writeQueues()))
                .sum();
    }

    /**
     * Sees to it that a group is there.
     *
     * @throws ProvisioningException if it is only to be checked for, and is missing
     */
    public void group(String group, boolean ordered) {
        if (properties.provisioning() == Provisioning.TRUST) {
            return;
        }
        try {
            if (admin.group(group).isPresent()) {
                return;
            }
            if (properties.provisioning() == Provisioning.CHECK) {
                throw new ProvisioningException("the group does not exist: group=" + group
                        + "; create it, or set spring.cloud.stream.ternmq.binder.provisioning=create");
            }
            GroupSpec usual = GroupSpec.of(group);
            admin.createGroup(new GroupSpec(
                    group,
                    usual.consumeEnabled(),
                    usual.broadcastEnabled(),
                    ordered,
                    usual.maxRetries(),
                    usual.retryQueues()));
            LOG.debug("group created: group={}", group);
        } catch (MQClientException e) {
            throw new ProvisioningException("the group cannot be provisioned: group=" + group, e);
        }
    }

    /** Settles where a group begins in a topic, if it has not begun yet. */
    public void settleStart(String group, String topic, StartPosition position) {
        if (properties.provisioning() == Provisioning.TRUST) {
            return;
        }
        try {
            admin.settleStart(group, topic, position);
        } catch (MQClientException e) {
            throw new ProvisioningException(
                    "the start of a group cannot be settled: group=" + group + ", topic=" + topic, e);
        }
    }

    /** Forgets a group that nobody will ever join again; the broker may keep it if it does not answer. */
    public void forget(String group) {
        if (properties.provisioning() != Provisioning.CREATE) {
            return;
        }
        try {
            admin.deleteGroup(group);
        } catch (MQClientException e) {
            LOG.debug("a group is not deleted: group={}", group, e);
        }
    }
}
