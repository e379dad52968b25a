package io.ternmq.client.internal.connection;

import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request. The body is a copy on the heap, so that an answer nobody waits for any more costs nothing.
 *
 * @param code number of a response code
 * @param remark text for a person, mostly in errors
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a copy for each reader would cost a pull twice.
public record Reply(int code, @Nullable String remark, Fields fields, byte[] body) {

    /** Whether the answer has this code. */
    public boolean is(ResponseCode expected) {
        return code == expected.number();
    }

    /** The code with its name, and the remark, for messages to people. */
    public String describe() {
        ResponseCode known = ResponseCode.of(code);
        return "code=" + code + (known == null ? "" : " " + known) + ", remark=" + remark;
    }
}
