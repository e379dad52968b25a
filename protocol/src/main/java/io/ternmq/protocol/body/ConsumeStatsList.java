package io.ternmq.protocol.body;

import java.util.List;
import java.util.Map;

/**
 * Body of the answer to GET_BROKER_CONSUME_STATS (code 317): the progress of all groups of a broker.
 *
 * @param consumeStatsList for each group one entry for each of its topics
 * @param totalDiff messages that are not consumed yet
 * @param totalInflightDiff messages that are delivered and not acknowledged
 */
public record ConsumeStatsList(
        List<Map<String, List<ConsumeStats>>> consumeStatsList,
        String brokerAddr,
        long totalDiff,
        long totalInflightDiff) {

    /** Fills in what was absent. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public ConsumeStatsList {
        consumeStatsList = consumeStatsList == null ? List.of() : consumeStatsList;
        brokerAddr = brokerAddr == null ? "" : brokerAddr;
    }
}
