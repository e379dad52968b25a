package io.ternmq.client.internal.send;

import io.ternmq.client.MQClientException;
import io.ternmq.client.SendResult;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Tells another outcome on the executor for callbacks, so that the application's code keeps off the I/O threads. */
record ExecutorOutcome(Outcome told, Executor executor) implements Outcome {

    @Override
    public void stored(SendResult result) {
        run(() -> told.stored(result));
    }

    @Override
    public void failed(MQClientException reason) {
        run(() -> told.failed(reason));
    }

    private void run(Runnable telling) {
        try {
            executor.execute(telling);
        } catch (RejectedExecutionException e) {
            // The application has shut its executor down before the producer; the outcome is not lost.
            telling.run();
        }
    }
}
