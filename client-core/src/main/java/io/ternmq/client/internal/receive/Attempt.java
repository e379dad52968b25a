package io.ternmq.client.internal.receive;

import io.ternmq.protocol.body.ConsumeDirectlyResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What came of a message that was handed to a listener for an operator.
 *
 * @param result a name of {@link ConsumeDirectlyResult}
 * @param remark the exception that the listener has thrown, if any
 */
record Attempt(String result, @Nullable String remark) {

    /**
     * Calls a listener.
     *
     * @param success what it returns if it has consumed the message
     */
    static <A> Attempt of(Supplier<@Nullable A> listener, A success) {
        try {
            A action = listener.get();
            if (action == null) {
                return new Attempt(ConsumeDirectlyResult.NOTHING, null);
            }
            return new Attempt(
                    action.equals(success) ? ConsumeDirectlyResult.SUCCESS : ConsumeDirectlyResult.LATER, null);
        } catch (Throwable e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            return new Attempt(ConsumeDirectlyResult.EXCEPTION, text.toString());
        }
    }
}
