package io.ternmq.client.internal.receive;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.StartPosition;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.header.AckHeader;
import io.ternmq.protocol.header.PopHandle;
import io.ternmq.protocol.header.PopHeader;
import io.ternmq.protocol.header.PopResultHeader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is said to brokers about messages that are leased one by one. */
final class PopRequests {

    private static final long POLL_MILLIS = 15_000;
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final ClientInstance client;
    private final String group;
    private final boolean fromEnd;
    private final long invisibleMillis;
    private final GiveUp giveUp;

    PopRequests(ClientInstance client, String group, StartPosition startFrom, long invisibleMillis, GiveUp giveUp) {
        this.client = client;
        this.group = group;
        this.fromEnd = startFrom instanceof StartPosition.Latest;
        this.invisibleMillis = invisibleMillis;
        this.giveUp = giveUp;
    }

    /** Asks for messages of a topic, whatever the queue. The broker holds the request until there are some. */
    CompletableFuture<Reply> pop(String address, SubscriptionData wanted, int most) {
        PopHeader header = new PopHeader(
                group,
                wanted.topic(),
                PopHeader.ANY_QUEUE,
                most,
                invisibleMillis,
                POLL_MILLIS,
                System.currentTimeMillis(),
                fromEnd,
                wanted.expressionType(),
                wanted.subString(),
                false,
                null);
        return client.connections()
                .request(address, RequestCode.POP_MESSAGE, header.encode(), Unpooled.EMPTY_BUFFER, TIMEOUT_NANOS);
    }

    /** The message is done. */
    CompletableFuture<?> acknowledge(PoppedMessage message) {
        return message.handle()
                .thenCompose(handle -> ask(message, RequestCode.ACK_MESSAGE, header(message, handle, 0, false)));
    }

    /** The message comes again after a while. */
    CompletableFuture<?> again(PoppedMessage message, long afterMillis) {
        return message.handle().thenCompose(handle -> change(message, handle, Math.max(1, afterMillis), false));
    }

    /** The message stays this consumer's for as long as at first, from now on. */
    CompletableFuture<PopHandle> prolong(PoppedMessage message, PopHandle handle) {
        return change(message, handle, invisibleMillis, true).thenApply(reply -> {
            try {
                PopResultHeader result = PopResultHeader.decode(reply.fields());
                return new PopHandle(
                        handle.offset(),
                        result.popTime(),
                        result.invisibleMillis(),
                        result.reviveQueue(),
                        handle.retry(),
                        handle.brokerName(),
                        handle.queueId(),
                        handle.offset());
            } catch (CommandException e) {
                throw new MQClientException("the broker's answer about a lease cannot be read: " + message, e);
            }
        });
    }

    /** The message becomes a dead letter, and is done. */
    CompletableFuture<?> giveUp(PoppedMessage message, @Nullable String reason) {
        return giveUp.send(message.stored(), message.topic(), message.stored().reconsumeTimes(), reason)
                .thenCompose(sent -> acknowledge(message));
    }

    private CompletableFuture<Reply> change(PoppedMessage message, PopHandle handle, long millis, boolean prolongs) {
        return ask(message, RequestCode.CHANGE_MESSAGE_INVISIBLETIME, header(message, handle, millis, prolongs));
    }

    private Fields header(PoppedMessage message, PopHandle handle, long millis, boolean prolongs) {
        // The topic is the one in which the message lies, which may be that of the retries.
        return new AckHeader(
                        group,
                        message.stored().topic(),
                        handle.queueId(),
                        handle.toString(),
                        handle.offset(),
                        millis,
                        prolongs)
                .encode();
    }

    private CompletableFuture<Reply> ask(PoppedMessage message, RequestCode code, Fields fields) {
        return client.connections().request(message.address(), code, fields).thenApply(reply -> {
            if (!reply.is(ResponseCode.SUCCESS)) {
                throw new MQClientException(
                        reply.code(), "refused: request=" + code + ", " + message + ", " + reply.describe());
            }
            return reply;
        });
    }
}
