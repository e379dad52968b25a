package io.ternmq.spring.core;

import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.SendResult;
import io.ternmq.spring.core.SendInterceptor.Completion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sends of a producer, each told to the interceptors: before, and exactly once after. */
final class InterceptedSends {

    private final Supplier<? extends Producer> producer;
    private final SendInterceptor interceptor;

    InterceptedSends(Supplier<? extends Producer> producer, List<SendInterceptor> interceptors) {
        this.producer = producer;
        this.interceptor = SendInterceptor.compose(interceptors);
    }

    SendResult send(Message message) {
        Completion completion = interceptor.before(message);
        SendResult result;
        try {
            result = producer.get().send(message);
        } catch (RuntimeException | Error e) {
            completion.done(null, e);
            throw e;
        }
        completion.done(result, null);
        return result;
    }

    List<SendResult> send(Collection<Message> messages) {
        List<Completion> completions = before(messages);
        List<SendResult> results;
        try {
            results = producer.get().send(messages);
        } catch (RuntimeException | Error e) {
            completions.forEach(completion -> completion.done(null, e));
            throw e;
        }
        for (int i = 0; i < completions.size(); i++) {
            completions.get(i).done(results.get(i), null);
        }
        return results;
    }

    CompletableFuture<SendResult> sendAsync(Message message) {
        Completion completion = interceptor.before(message);
        return observed(() -> producer.get().sendAsync(message), completion::done);
    }

    CompletableFuture<List<SendResult>> sendAsync(Collection<Message> messages) {
        List<Completion> completions = before(messages);
        return observed(() -> producer.get().sendAsync(messages), (results, failure) -> {
            for (int i = 0; i < completions.size(); i++) {
                completions.get(i).done(results == null ? null : results.get(i), failure);
            }
        });
    }

    void sendOneway(Message message) {
        Completion completion = interceptor.before(message);
        try {
            producer.get().sendOneway(message);
        } catch (RuntimeException | Error e) {
            completion.done(null, e);
            throw e;
        }
        completion.done(null, null);
    }

    Message request(Message message, Duration timeout) {
        Completion completion = interceptor.before(message);
        Message reply;
        try {
            reply = producer.get().request(message, timeout);
        } catch (RuntimeException | Error e) {
            completion.done(null, e);
            throw e;
        }
        completion.done(null, null);
        return reply;
    }

    CompletableFuture<Message> requestAsync(Message message, Duration timeout) {
        Completion completion = interceptor.before(message);
        return observed(
                () -> producer.get().requestAsync(message, timeout),
                (reply, failure) -> completion.done(null, failure));
    }

    private List<Completion> before(Collection<Message> messages) {
        List<Completion> completions = new ArrayList<>(messages.size());
        for (Message message : messages) {
            try {
                completions.add(interceptor.before(message));
            } catch (RuntimeException e) {
                completions.forEach(completion -> completion.done(null, e));
                throw e;
            }
        }
        return completions;
    }

    /** A future that is completed after the interceptors, and with the same exception, not one around it. */
    private static <T> CompletableFuture<T> observed(Supplier<CompletableFuture<T>> send, End<T> end) {
        CompletableFuture<T> seen = new CompletableFuture<>();
        CompletableFuture<T> unused = begun(send).whenComplete((result, failure) -> {
            end.done(result, failure);
            if (failure == null) {
                seen.complete(result);
            } else {
                seen.completeExceptionally(failure);
            }
        });
        return seen;
    }

    /** There may be no producer to ask, if it could not start. */
    private static <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> send) {
        try {
            return send.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private interface End<T> {
        void done(@Nullable T result, @Nullable Throwable failure);
    }
}
