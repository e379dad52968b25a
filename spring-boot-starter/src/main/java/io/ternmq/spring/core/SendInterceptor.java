package io.ternmq.spring.core;

import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sees every message that a template sends, and every reply of a listener, also with its failure: before, when it may still add user properties, and when it
 * is over. A bean; several run in their order, the first is called first and learns of the end last. Called by any number of threads. What is sent
 * by a {@link io.ternmq.client.Producer} itself passes it by.
 */
@FunctionalInterface
public interface SendInterceptor {

    /**
     * Called on the thread that sends, before the message is handed to the producer: it has no id yet. An exception prevents the send
     * and reaches who wanted it; a listener whose reply is not to be sent has failed. The topic of a reply is {@code <cluster>_REPLY_TOPIC}.
     */
    Completion before(Message message);

    /** One interceptor of all the given ones, the first outermost; its completions throw nothing. */
    static SendInterceptor compose(List<? extends SendInterceptor> interceptors) {
        return new SendInterceptorChain(interceptors);
    }

    /** Learns of the end of one send. */
    @FunctionalInterface
    interface Completion {

        /**
         * Called exactly once, before the sender sees the result: on its thread, or, of an asynchronous send, on the one that completes it. An
         * exception is logged and changes nothing.
         *
         * @param result {@code null} if the send has failed, or gives no result: one-way sends and requests do not
         * @param failure {@code null} if the send has not failed, as far as a one-way send can tell
         */
        void done(@Nullable SendResult result, @Nullable Throwable failure);
    }
}
