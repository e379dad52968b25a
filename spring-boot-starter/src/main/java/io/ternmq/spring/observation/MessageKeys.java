package io.ternmq.spring.observation;

import io.micrometer.common.KeyValues;
import io.ternmq.client.Message;
import io.ternmq.spring.observation.MessagingObservation.HighCardinality;

/** The keys that tell one message from another. */
final class MessageKeys {

    private MessageKeys() {}

    static KeyValues of(Message message) {
        KeyValues keys = KeyValues.empty();
        String id = message.getMsgID();
        if (id != null) {
            keys = keys.and(HighCardinality.MESSAGE_ID.withValue(id));
        }
        if (!message.getKey().isEmpty()) {
            keys = keys.and(HighCardinality.KEYS.withValue(message.getKey()));
        }
        if (!message.getTag().isEmpty()) {
            keys = keys.and(HighCardinality.TAG.withValue(message.getTag()));
        }
        return keys;
    }
}
