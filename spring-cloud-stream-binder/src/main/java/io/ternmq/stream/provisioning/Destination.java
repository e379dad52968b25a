package io.ternmq.stream.provisioning;

import java.util.List;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;

/**
 * One or several topics.
 *
 * @param topics several only where a binding is multiplexed
 */
record Destination(List<String> topics) implements ConsumerDestination, ProducerDestination {

    Destination {
        topics = List.copyOf(topics);
    }

    @Override
    public String getName() {
        return String.join(",", topics);
    }

    /** Every partition is a queue of the same topic. */
    @Override
    public String getNameForPartition(int partition) {
        return getName();
    }

    @Override
    public String toString() {
        return getName();
    }
}
