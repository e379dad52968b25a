package io.ternmq.client.internal.send;

import io.ternmq.client.SendResult;
import io.ternmq.client.SendStatus;
import io.ternmq.client.TopicPartition;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.header.SendResultHeader;
import java.util.ArrayList;
import java.util.List;

/** That a parcel was stored, where, and how safely. */
record Delivery(Parcel parcel, MessageQueue queue, SendResultHeader header, SendStatus status) {

    /** One result for each message: in a batch, offsets follow each other. */
    List<SendResult> results() {
        TopicPartition partition = new TopicPartition(parcel.topic(), queue.brokerName(), header.queueId());
        String[] offsetIds = header.messageId().split(",", -1);
        List<String> ids = parcel.messageIds();
        List<SendResult> results = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            String offsetId = i < offsetIds.length ? offsetIds[i] : "";
            results.add(new SendResult(ids.get(i), partition, header.queueOffset() + i, offsetId, status));
        }
        return results;
    }
}
