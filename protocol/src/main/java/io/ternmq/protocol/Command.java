package io.ternmq.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ReferenceCounted;
import org.jspecify.annotations.Nullable;

/**
 * One request or response. Either side of a connection sends requests; a response repeats the request's {@link #opaque()}.
 *
 * <p>The body is reference counted and belongs to whoever holds the command: who receives a command releases it, who sends
 * one hands its body over to the encoder. Everything else is immutable.
 *
 * @param code number of a {@link RequestCode} or, in a response, of a {@link ResponseCode}
 * @param language what the sender is written in
 * @param version the sender's {@link ProtocolVersion} ordinal
 * @param opaque correlation id, chosen by the requester
 * @param flag bit 0: response; bit 1: oneway, never answered
 * @param remark text for a person, mostly in errors
 * @param fields the header
 * @param body the body, possibly empty
 * @param format how the header is, or is to be, written
 */
public record Command(
        int code,
        Language language,
        int version,
        int opaque,
        int flag,
        @Nullable String remark,
        Fields fields,
        ByteBuf body,
        HeaderFormat format)
        implements AutoCloseable {

    /** Bit of {@link #flag()} that marks a response. */
    public static final int RESPONSE = 1;

    /** Bit of {@link #flag()} that marks a request without an answer. */
    public static final int ONEWAY = 2;

    /** Returns a request with an empty body. */
    public static Command request(RequestCode code, int opaque, Fields fields) {
        return request(code, opaque, fields, Unpooled.EMPTY_BUFFER, HeaderFormat.JSON);
    }

    /** Returns a request; the body is handed over. */
    public static Command request(RequestCode code, int opaque, Fields fields, ByteBuf body, HeaderFormat format) {
        return new Command(
                code.number(), Language.JAVA, ProtocolVersion.CURRENT, opaque, 0, null, fields, body, format);
    }

    /** Returns a request that is never answered; the body is handed over. */
    public static Command oneway(RequestCode code, int opaque, Fields fields, ByteBuf body, HeaderFormat format) {
        return new Command(
                code.number(), Language.JAVA, ProtocolVersion.CURRENT, opaque, ONEWAY, null, fields, body, format);
    }

    /** Returns the response to this request, in its header format; the body is handed over. */
    public Command respond(
            ResponseCode responseCode, @Nullable String responseRemark, Fields responseFields, ByteBuf responseBody) {
        return new Command(
                responseCode.number(),
                Language.JAVA,
                ProtocolVersion.CURRENT,
                opaque,
                RESPONSE,
                responseRemark,
                responseFields,
                responseBody,
                format);
    }

    /** Returns the successful response without a body. */
    public Command respond(Fields responseFields) {
        return respond(ResponseCode.SUCCESS, null, responseFields, Unpooled.EMPTY_BUFFER);
    }

    /** Returns the response that tells of a failure. */
    public Command fail(ResponseCode responseCode, @Nullable String responseRemark) {
        return respond(responseCode, responseRemark, Fields.empty(), Unpooled.EMPTY_BUFFER);
    }

    /** Returns whether this is a response. */
    public boolean isResponse() {
        return (flag & RESPONSE) != 0;
    }

    /** Returns whether this is a request that nobody waits for. */
    public boolean isOneway() {
        return (flag & ONEWAY) != 0;
    }

    /** Returns this command with other fields, such as a signature added to them. */
    public Command withFields(Fields other) {
        return new Command(code, language, version, opaque, flag, remark, other, body, format);
    }

    /** Releases the body. Same as {@link ReferenceCounted#release()} on it. */
    @Override
    public void close() {
        body.release();
    }

    @Override
    public String toString() {
        return (isResponse() ? "Response[code=" : "Request[code=") + code + ", opaque=" + opaque + ", fields=" + fields
                + ", remark=" + remark + ", bodyBytes=" + body.readableBytes() + "]";
    }
}
