package io.ternmq.client.internal.send;

import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.header.SendHeader;
import java.util.List;

/**
 * What travels in one send: a message, or several of one topic. Made once and sent as often as need be.
 *
 * @param properties text form of the properties of the message, or those common to the batch
 * @param body the body as it travels, compressed where that pays
 * @param messageIds the ids of the messages in it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and never changed once it is packed.
record Parcel(
        String topic,
        boolean batch,
        String properties,
        int sysFlag,
        byte[] body,
        long bornTimestamp,
        List<String> messageIds) {

    /** The header of a try with one queue. */
    Fields header(String group, int queueId) {
        return new SendHeader(
                        group,
                        topic,
                        TopicRoutes.TEMPLATE_TOPIC,
                        TopicRoutes.DEFAULT_QUEUES,
                        queueId,
                        sysFlag,
                        bornTimestamp,
                        0,
                        properties,
                        0,
                        null,
                        batch)
                .encode();
    }
}
