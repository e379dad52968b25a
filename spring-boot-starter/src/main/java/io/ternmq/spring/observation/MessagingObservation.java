package io.ternmq.spring.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/** The observations of TernMQ, their names and their keys. */
public enum MessagingObservation implements ObservationDocumentation {

    /** From the call of a template until the broker has answered; a oneway send ends when it is handed to the connection. */
    SEND {
        @Override
        public String getName() {
            return "ternmq.send";
        }

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultSendObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return SendLowCardinality.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return HighCardinality.values();
        }
    },

    /** One call of a listener's method, with one message or a batch, until what is asynchronous in it is complete. */
    LISTENER {
        @Override
        public String getName() {
            return "ternmq.listener";
        }

        @Override
        public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
            return DefaultListenerObservationConvention.class;
        }

        @Override
        public KeyName[] getLowCardinalityKeyNames() {
            return ListenerLowCardinality.values();
        }

        @Override
        public KeyName[] getHighCardinalityKeyNames() {
            return HighCardinality.values();
        }
    };

    /** The keys of a send that have few values, and become tags of its timer. */
    public enum SendLowCardinality implements KeyName {

        /** Always {@code rocketmq}, which is the protocol. */
        SYSTEM {
            @Override
            public String asString() {
                return "messaging.system";
            }
        },

        /** Always {@code send}. */
        OPERATION {
            @Override
            public String asString() {
                return "messaging.operation.name";
            }
        },

        /** The topic. */
        TOPIC {
            @Override
            public String asString() {
                return "messaging.destination.name";
            }
        }
    }

    /** The keys of a listener's call that have few values, and become tags of its timer. */
    public enum ListenerLowCardinality implements KeyName {

        /** Always {@code rocketmq}, which is the protocol. */
        SYSTEM {
            @Override
            public String asString() {
                return "messaging.system";
            }
        },

        /** Always {@code process}. */
        OPERATION {
            @Override
            public String asString() {
                return "messaging.operation.name";
            }
        },

        /** The topic of the first message. */
        TOPIC {
            @Override
            public String asString() {
                return "messaging.destination.name";
            }
        },

        /** The consumer group. */
        GROUP {
            @Override
            public String asString() {
                return "messaging.consumer.group.name";
            }
        },

        /** The listener's id. */
        LISTENER {
            @Override
            public String asString() {
                return "ternmq.listener.id";
            }
        },

        /** {@code done}, {@code retry} if the method asked for it, or {@code failed} if it threw. */
        OUTCOME {
            @Override
            public String asString() {
                return "ternmq.outcome";
            }
        },

        /** Whether the first message was delivered to the group before: {@code true} or {@code false}. */
        REDELIVERED {
            @Override
            public String asString() {
                return "ternmq.redelivered";
            }
        }
    }

    /** The keys that tell messages apart; only spans have them. */
    public enum HighCardinality implements KeyName {

        /** The message's id; absent for a batch of several. */
        MESSAGE_ID {
            @Override
            public String asString() {
                return "messaging.message.id";
            }
        },

        /** The message's keys, if it has some; absent for a batch of several. */
        KEYS {
            @Override
            public String asString() {
                return "messaging.rocketmq.message.keys";
            }
        },

        /** The message's tag, if it has one; absent for a batch of several. */
        TAG {
            @Override
            public String asString() {
                return "messaging.rocketmq.message.tag";
            }
        },

        /** How many messages a batch has; absent for a single message. */
        BATCH_SIZE {
            @Override
            public String asString() {
                return "messaging.batch.message_count";
            }
        }
    }
}
