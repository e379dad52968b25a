package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;
import java.util.concurrent.CompletableFuture;

/** Ends a future. The future does not hold the message, so whoever keeps it keeps no body. */
record FutureOutcome(CompletableFuture<SendResult> future) implements Outcome {

    FutureOutcome() {
        this(new CompletableFuture<>());
    }

    @Override
    public void stored(SendResult result) {
        future.complete(result);
    }

    @Override
    public void failed(MQClientException reason) {
        future.completeExceptionally(reason);
    }
}
