package io.ternmq.protocol.header;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;

/**
 * Header of PUSH_REPLY_MESSAGE_TO_CLIENT (code 326): the broker hands the reply to a request over to the client that has asked. The body is
 * that of the reply.
 *
 * @param reply what the replier has sent
 * @param bornHost where the replier is, as host and port
 * @param storeHost the broker, as host and port
 * @param storeTimestamp when the broker got the reply, epoch milliseconds
 */
public record PushReplyHeader(SendHeader reply, String bornHost, String storeHost, long storeTimestamp) {

    /** Reads the fields. */
    public static PushReplyHeader decode(Fields fields) throws CommandException {
        return new PushReplyHeader(
                SendHeader.decodeLong(fields),
                fields.require("bornHost"),
                fields.require("storeHost"),
                fields.requireLong("storeTimestamp"));
    }

    /** Returns the fields. */
    public Fields encode() {
        return Fields.builder()
                .put("producerGroup", reply.producerGroup())
                .put("topic", reply.topic())
                .put("defaultTopic", reply.defaultTopic())
                .put("defaultTopicQueueNums", reply.defaultTopicQueues())
                .put("queueId", reply.queueId())
                .put("sysFlag", reply.sysFlag())
                .put("bornTimestamp", reply.bornTimestamp())
                .put("flag", reply.flag())
                .put("properties", reply.properties())
                .put("reconsumeTimes", reply.reconsumeTimes())
                .put("unitMode", false)
                .put("bornHost", bornHost)
                .put("storeHost", storeHost)
                .put("storeTimestamp", storeTimestamp)
                .build();
    }
}
