package io.ternmq.client.internal.send;

import io.ternmq.client.internal.send.Parcel.Contents;
import io.ternmq.client.internal.trace.TraceRecord.MessageKind;
import io.ternmq.client.internal.trace.TraceRecord.Sent;
import io.ternmq.client.internal.trace.Tracer;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Tells the trace how sends have ended. What it says is put together later, on another thread. */
final class SendTrace {

    private final Tracer tracer;
    private final String group;
    private volatile boolean wanted;

    SendTrace(Tracer tracer, String group) {
        this.tracer = tracer;
        this.group = group;
    }

    /** Tells that a message is stored, if the broker's answer asks for it. */
    void stored(Parcel parcel, SendResultHeader answer, String address, String offsetMessageId) {
        if (answer.traceOn() != wanted) {
            wanted = answer.traceOn();
        }
        tell(parcel, answer.region(), address, offsetMessageId, true);
    }

    /** Tells that a message could not be sent, if brokers have asked for traces lately. */
    void failed(Parcel parcel) {
        tell(parcel, SendResultHeader.DEFAULT_REGION, "", "", false);
    }

    private void tell(Parcel parcel, String region, String address, String offsetMessageId, boolean success) {
        if (!wanted || !tracer.isWelcome()) {
            return;
        }
        Contents contents = parcel.contents();
        String topic = contents.topic();
        String messageId = contents.messageId();
        byte[] text = contents.properties();
        int bodyLength = contents.body().length;
        long nanos = System.nanoTime() - parcel.startNanos();
        long began = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(nanos);
        tracer.add(() -> {
            Map<String, String> properties = MessageProperties.decode(new String(text, StandardCharsets.UTF_8));
            return new Sent(
                    began,
                    region,
                    group,
                    topic,
                    messageId,
                    properties.getOrDefault(PropertyNames.TAGS, ""),
                    properties.getOrDefault(PropertyNames.KEYS, ""),
                    address,
                    bodyLength,
                    (int) TimeUnit.NANOSECONDS.toMillis(nanos),
                    kind(properties),
                    offsetMessageId,
                    success,
                    tracer.clientHost());
        });
    }

    private static MessageKind kind(Map<String, String> properties) {
        if (properties.containsKey(PropertyNames.TRAN_MSG)) {
            return MessageKind.TRANSACTION_HALF;
        }
        if (properties.containsKey(PropertyNames.START_DELIVER_TIME)) {
            return MessageKind.DELAY;
        }
        return properties.containsKey(PropertyNames.SHARDING_KEY) ? MessageKind.ORDER : MessageKind.NORMAL;
    }
}
