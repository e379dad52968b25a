package io.ternmq.spring.provisioning;

import java.util.List;

/**
 * What a cluster has otherwise than an application wants it.
 *
 * @param cluster the cluster
 * @param what such as {@code topic orders}
 * @param missing whether it is not there at all
 * @param settings those that differ, such as {@code readQueues: 4, wanted 8}; none if it is missing
 */
public record Difference(String cluster, String what, boolean missing, List<String> settings) {

    public Difference {
        settings = List.copyOf(settings);
    }

    @Override
    public String toString() {
        return what + " of cluster " + cluster + ": " + (missing ? "missing" : String.join(", ", settings));
    }
}
