package io.ternmq.client.internal.send;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.ternmq.client.internal.route.TopicRoutes;
import io.ternmq.client.internal.send.Parcel.Contents;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.message.BatchBody;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A request that brings one parcel, or several in a batch, to a queue.
 *
 * @param body to be handed over or released
 */
record SendRequest(RequestCode code, Fields fields, ByteBuf body) {

    /**
     * Brokers read these from the header of a batch: acknowledge when stored. Some add them to each message, so nothing
     * that differs between messages may be here.
     */
    private static final String BATCH_PROPERTIES = MessageProperties.encode(Map.of(PropertyNames.WAIT, "true"));

    static SendRequest of(String group, int queueId, List<Parcel> parcels) {
        return parcels.size() == 1 ? single(group, queueId, parcels.get(0).contents()) : batch(group, queueId, parcels);
    }

    static SendRequest single(String group, int queueId, Contents contents) {
        Fields fields =
                header(group, queueId, contents, new String(contents.properties(), StandardCharsets.UTF_8), false);
        return new SendRequest(contents.code(), fields, Unpooled.wrappedBuffer(contents.body()));
    }

    private static SendRequest batch(String group, int queueId, List<Parcel> parcels) {
        int bytes = 0;
        for (Parcel parcel : parcels) {
            bytes += parcel.contents().bytesInBatch();
        }
        ByteBuf body = ByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
        for (Parcel parcel : parcels) {
            BatchBody.write(body, 0, parcel.contents().body(), parcel.contents().properties());
        }
        Fields fields = header(group, queueId, parcels.get(0).contents(), BATCH_PROPERTIES, true);
        return new SendRequest(RequestCode.SEND_BATCH_MESSAGE, fields, body);
    }

    private static Fields header(String group, int queueId, Contents contents, String properties, boolean batch) {
        return new SendHeader(
                        group,
                        contents.topic(),
                        TopicRoutes.TEMPLATE_TOPIC,
                        TopicRoutes.DEFAULT_QUEUES,
                        queueId,
                        contents.sysFlag(),
                        contents.bornTimestamp(),
                        0,
                        properties,
                        0,
                        null,
                        batch)
                .encode();
    }
}
