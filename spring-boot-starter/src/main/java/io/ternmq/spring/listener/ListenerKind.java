package io.ternmq.spring.listener;

import io.ternmq.client.ConsumerConfig;

/** How a listener is called. */
public enum ListenerKind {
    /** For each message, by several threads at once. */
    CONCURRENT,
    /** For each message, those of one queue one after the other in their order. */
    ORDERED,
    /** For several messages of a topic at once. */
    BATCH;

    /** The 16 times that a message comes again if nobody says otherwise. */
    private static final int USUAL_LIMIT = 16;

    /** How often a message comes again before it is a dead letter; negative: without end, because in order nothing may overtake. */
    int limit(ConsumerConfig config) {
        int limit = config.maxReconsumeTimes();
        return limit == ConsumerConfig.BY_KIND && this != ORDERED ? USUAL_LIMIT : limit;
    }
}
