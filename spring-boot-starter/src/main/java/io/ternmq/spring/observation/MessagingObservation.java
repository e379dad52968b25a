package io.ternmq.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations of TernMQ, their names and their keys. */
public enum MessagingObservation implements ObservationDocumentation {

    /** From the call of a template until the broker has answered; a oneway send ends when it is handed to the connection. */
    SEND("ternmq.send", DefaultSendObservationConvention.class) {
        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return SendLowCardinality.values();
        }
    },

    /**
     * One delivery to a listener, of a message or a batch: from the choice of the method to the end of what is asynchronous in it, and of what is decided
     * after a failure.
     */
    LISTENER("ternmq.listener", DefaultListenerObservationConvention.class) {
        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return ListenerLowCardinality.values();
        }
    };

    private final String name;
    private final Class<? extends ObservationConvention<? extends Observation.Context>> convention;

    MessagingObservation(
            String name, Class<? extends ObservationConvention<? extends Observation.Context>> convention) {
        this.name = name;
        this.convention = convention;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return convention;
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return HighCardinality.values();
    }

    /** The keys of a send that have few values, and become tags of its timer. */
    public enum SendLowCardinality implements KeyName {

        /** Always {@code rocketmq}, which is the protocol. */
        SYSTEM("messaging.system"),

        /** Always {@code send}. */
        OPERATION("messaging.operation.name"),

        /** The topic. */
        TOPIC("messaging.destination.name");

        private final String key;

        SendLowCardinality(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** The keys of a listener's call that have few values, and become tags of its timer. */
    public enum ListenerLowCardinality implements KeyName {

        /** Always {@code rocketmq}, which is the protocol. */
        SYSTEM("messaging.system"),

        /** Always {@code process}. */
        OPERATION("messaging.operation.name"),

        /** The topic of the first message. */
        TOPIC("messaging.destination.name"),

        /** The consumer group. */
        GROUP("messaging.consumer.group.name"),

        /** The listener's id. */
        LISTENER("ternmq.listener.id"),

        /**
         * What becomes of the message: {@code done}, {@code retry} or {@code dead-letter}; of a batch the worst that becomes of one of its messages. Whether
         * something was thrown is told by Micrometer's own {@code error}.
         */
        OUTCOME("ternmq.outcome"),

        /** Whether the first message was delivered to the group before: {@code true} or {@code false}. */
        REDELIVERED("ternmq.redelivered");

        private final String key;

        ListenerLowCardinality(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** The keys that tell messages apart; only spans have them. */
    public enum HighCardinality implements KeyName {

        /** The message's id; absent for a batch of several. */
        MESSAGE_ID("messaging.message.id"),

        /** The message's keys, if it has some; absent for a batch of several. */
        KEYS("messaging.rocketmq.message.keys"),

        /** The message's tag, if it has one; absent for a batch of several. */
        TAG("messaging.rocketmq.message.tag"),

        /** How many messages a batch has; absent for a single message. */
        BATCH_SIZE("messaging.batch.message_count");

        private final String key;

        HighCardinality(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
