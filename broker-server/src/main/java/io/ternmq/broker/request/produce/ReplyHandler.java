package io.ternmq.broker.request.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.header.PushReplyHeader;
import io.ternmq.protocol.header.SendHeader;
import io.ternmq.protocol.header.SendResultHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the reply to a request (codes 324 and 325) over to the client that has asked, by code 326, if it is connected here. Replies are not
 * stored: nobody but that client could use them. Runs on the io thread.
 */
public final class ReplyHandler implements RequestHandler {
    /** What a reply that is not stored has in place of the id of its record. */
    private static final String NO_RECORD = "0";

    private final BrokerIdentity identity;
    private final Producers producers;
    private final Clock clock;
    private final AtomicInteger opaque = new AtomicInteger();

    /** Wires the handler. */
    public ReplyHandler(BrokerIdentity identity, Producers producers, Clock clock) {
        this.identity = identity;
        this.producers = producers;
        this.clock = clock;
    }

    @Override
    public void handle(Request request) throws CommandException {
        SendHeader header = request.command().code() == RequestCode.SEND_REPLY_MESSAGE.number()
                ? SendHeader.decodeLong(request.fields())
                : SendHeader.decode(request.fields());
        String clientId = MessageProperties.get(header.properties(), PropertyNames.REPLY_TO_CLIENT);
        if (clientId == null) {
            throw new CommandException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "reply does not say to whom: topic=" + header.topic() + ", property="
                            + PropertyNames.REPLY_TO_CLIENT + "; make it from the request that it answers");
        }
        @Nullable ClientConnection requester = producers.connection(clientId);
        if (requester == null || !requester.isOpen()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "nobody waits for the reply here: clientId=" + clientId
                            + "; the client has gone, or is connected to another broker");
        }
        if (!requester.isWritable()) {
            throw new CommandException(
                    ResponseCode.SYSTEM_BUSY, "client does not read what it is sent: clientId=" + clientId);
        }
        requester.push(push(request, header));
        request.succeed(new SendResultHeader(
                        NO_RECORD, Math.max(0, header.queueId()), 0, null, SendResultHeader.DEFAULT_REGION, false)
                .encode());
    }

    private Command push(Request request, SendHeader header) {
        long now = clock.millis();
        String properties = header.properties();
        if (!properties.isEmpty() && properties.charAt(properties.length() - 1) != MessageProperties.VALUE_END) {
            properties += MessageProperties.VALUE_END;
        }
        PushReplyHeader push = new PushReplyHeader(
                header.withProperties(properties
                        + PropertyNames.PUSH_REPLY_TIME
                        + MessageProperties.NAME_END
                        + now
                        + MessageProperties.VALUE_END),
                text(request.connection().remoteAddress()),
                text(identity.storeHost(request.connection())),
                now);
        ByteBuf body = Unpooled.copiedBuffer(request.body());
        return Command.oneway(
                RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT,
                opaque.incrementAndGet(),
                push.encode(),
                body,
                HeaderFormat.JSON);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
