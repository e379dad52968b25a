package io.ternmq.client.internal.group;

import io.ternmq.protocol.body.ConsumeDirectlyResult;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.MessageQueue;
import io.ternmq.protocol.message.StoredMessage;
import java.util.Map;

/** What operators may ask of a consumer, through a broker. Called on a thread that may block. */
public interface Operable {

    /** Tells what it is doing; the stacks of its threads are left out. */
    ConsumerRunningInfo runningInfo();

    /** Hands a message to its listener at once, on the calling thread, and tells what came of it; nothing is acknowledged. */
    ConsumeDirectlyResult consumeNow(StoredMessage message, String brokerName);

    /** Tells up to where everything is consumed, for the queues of a topic that it has. */
    Map<MessageQueue, Long> positions(String topic);

    /** Makes queues that it has go on elsewhere. */
    void moveTo(Map<MessageQueue, Long> offsets);
}
