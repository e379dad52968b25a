package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Body of a client's answer to CONSUME_MESSAGE_DIRECTLY (code 309): what came of a message that an operator has handed to a consumer.
 *
 * @param order whether the consumer consumes in order
 * @param consumeResult one of the names below
 * @param remark the exception, if the listener has thrown one
 * @param spentTimeMills milliseconds that the listener took; spelled as on the wire
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumeDirectlyResult(
        boolean order,
        boolean autoCommit,
        @Nullable String consumeResult,
        @Nullable String remark,
        long spentTimeMills) {

    /** The listener has consumed the message. */
    public static final String SUCCESS = "CR_SUCCESS";

    /** The listener wants the message later. */
    public static final String LATER = "CR_LATER";

    /** The listener has thrown an exception. */
    public static final String EXCEPTION = "CR_THROW_EXCEPTION";

    /** The listener has returned nothing. */
    public static final String NOTHING = "CR_RETURN_NULL";
}
