package io.ternmq.spring.core;

import io.ternmq.client.Message;
import io.ternmq.client.SendResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Interceptors as an onion: in by the first, out by the first. */
final class SendInterceptorChain implements SendInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(SendInterceptorChain.class);

    private final List<SendInterceptor> interceptors;

    SendInterceptorChain(List<? extends SendInterceptor> interceptors) {
        this.interceptors = List.copyOf(interceptors);
    }

    @Override
    public Completion before(Message message) {
        List<Completion> begun = new ArrayList<>(interceptors.size());
        for (SendInterceptor interceptor : interceptors) {
            try {
                begun.add(interceptor.before(message));
            } catch (RuntimeException e) {
                done(begun, null, e);
                throw e;
            }
        }
        return (result, failure) -> done(begun, result, failure);
    }

    private static void done(List<Completion> begun, @Nullable SendResult result, @Nullable Throwable failure) {
        for (int i = begun.size() - 1; i >= 0; i--) {
            try {
                begun.get(i).done(result, failure);
            } catch (RuntimeException e) {
                LOG.warn("Interceptor failed after a send, which is not affected: interceptor={}", begun.get(i), e);
            }
        }
    }
}
