package io.ternmq.client.internal.send;

import io.ternmq.client.Compression;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.internal.codec.BodyCompression;
import io.ternmq.client.internal.codec.MessageCodec;
import io.ternmq.client.internal.send.Parcel.Contents;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.message.ResourceNames;
import io.ternmq.protocol.message.UniqueIds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Checks messages and turns them into what travels. Thread safe. */
final class Packer {

    /**
     * What the messaging system adds to a message.
     *
     * @param properties system properties
     * @param sysFlag bits of the system flag
     * @param alone whether the message must not share a request with others
     * @param code the request that brings it if it travels alone
     */
    record Extras(Map<String, String> properties, int sysFlag, boolean alone, RequestCode code) {
        static final Extras NONE = new Extras(Map.of(), 0, false, RequestCode.SEND_MESSAGE_V2);

        static Extras alone(Map<String, String> properties) {
            return alone(properties, 0);
        }

        static Extras alone(Map<String, String> properties, int sysFlag) {
            return new Extras(properties, sysFlag, true, RequestCode.SEND_MESSAGE_V2);
        }
    }

    private final ProducerConfig config;
    private final UniqueIds ids;

    Packer(ProducerConfig config, UniqueIds ids) {
        this.config = config;
        this.ids = ids;
    }

    /**
     * Packs one message and gives it its id.
     *
     * @throws MQClientException with the documented code if no broker would take it
     */
    Contents pack(Message message, Extras extras) {
        MessageCodec.check(message, config.maxMessageBytes());
        String id = sign(message);
        byte[] properties = MessageCodec.properties(message, extras.properties());
        byte[] body = message.getBody();
        int sysFlag = extras.sysFlag();
        if (config.compression() != Compression.NONE && body.length >= config.compressOverBytes()) {
            byte[] smaller = BodyCompression.compress(config.compression(), body);
            if (smaller.length < body.length) {
                body = smaller;
                sysFlag |= BodyCompression.flag(config.compression());
            }
        }
        // The flag would count for a whole batch, and brokers do not look for timers in batches.
        boolean alone = config.gathering().maxMessages() == 1
                || extras.alone()
                || sysFlag != 0
                || message.isDelayed()
                || ResourceNames.isRetryTopic(message.getTopic());
        return new Contents(
                extras.code(), message.getTopic(), id, properties, sysFlag, body, message.getBornTimestamp(), alone);
    }

    /** Gives a message what it must have before it travels; returns its id. */
    private String sign(Message message) {
        String id = message.getMsgID();
        if (id == null) {
            id = ids.next();
            message.setMsgID(id);
        }
        message.setBornTimestamp(System.currentTimeMillis());
        return id;
    }

    /**
     * Packs messages that are to be sent together.
     *
     * @throws MQClientException with code 13 if that is not possible
     */
    List<Contents> pack(Collection<Message> messages) {
        List<Contents> packed = new ArrayList<>(messages.size());
        String topic = null;
        for (Message message : messages) {
            MessageCodec.check(message, config.maxMessageBytes());
            if (topic != null && !topic.equals(message.getTopic())) {
                throw illegalBatch("it has messages of several topics: " + topic + ", " + message.getTopic());
            }
            topic = message.getTopic();
            if (message.isDelayed()) {
                throw illegalBatch("it has a delayed message: topic=" + topic);
            }
            String id = sign(message);
            byte[] properties = MessageCodec.properties(message, Map.of());
            packed.add(new Contents(
                    RequestCode.SEND_MESSAGE_V2,
                    topic,
                    id,
                    properties,
                    0,
                    message.getBody(),
                    message.getBornTimestamp(),
                    false));
        }
        if (topic == null) {
            throw illegalBatch("it is empty");
        }
        if (ResourceNames.isRetryTopic(topic)) {
            throw illegalBatch("it goes to a retry topic: topic=" + topic);
        }
        return packed;
    }

    private static MQClientException illegalBatch(String reason) {
        return new MQClientException(
                ResponseCode.MESSAGE_ILLEGAL.number(),
                "the batch cannot be sent: " + reason + "; send the messages one by one, or in other batches");
    }
}
