package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;

/** Learns how the send of one message has ended; called once, on the thread that found out. Must not block. */
interface Outcome {

    void stored(SendResult result);

    void failed(MQClientException reason);
}
