package io.ternmq.client.internal.admin;

import io.ternmq.client.admin.PendingTransaction;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.body.PendingHalfMessage;
import io.ternmq.protocol.body.PendingHalfMessages;
import io.ternmq.protocol.message.ResourceNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows transactions that wait for their outcomes. */
final class TransactionAdmin {

    private final Cluster cluster;

    TransactionAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    List<PendingTransaction> pending(@Nullable String producerGroup, int most) {
        Fields fields = Fields.builder()
                .put("producerGroup", producerGroup)
                .put("maxCount", most)
                .build();
        List<PendingTransaction> pending = new ArrayList<>();
        for (String master : cluster.masters()) {
            Reply reply = cluster.call(master, RequestCode.GET_PENDING_HALF_MESSAGES, fields);
            for (PendingHalfMessage half :
                    Cluster.decode(reply, PendingHalfMessages.class).messages()) {
                pending.add(new PendingTransaction(
                        master,
                        half.producerGroup(),
                        half.topic(),
                        half.messageId(),
                        half.offsetMessageId(),
                        Instant.ofEpochMilli(half.storeTimestamp()),
                        half.checks(),
                        Instant.ofEpochMilli(half.nextCheckTimestamp())));
            }
        }
        return pending;
    }

    void resume(String offsetMessageId) {
        Fields fields = Fields.builder()
                .put("topic", ResourceNames.CHECK_MAX_TIME_TOPIC)
                .put("msgId", offsetMessageId)
                .build();
        cluster.call(cluster.holder(offsetMessageId), RequestCode.RESUME_CHECK_HALF_MESSAGE, fields);
    }
}
