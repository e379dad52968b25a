package io.ternmq.spring.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.PullConsumer;
import io.ternmq.client.TopicPartition;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a message whose handler fails while its consumer goes. */
class PullingTemplateTest {

    private final TopicPartition queue = new TopicPartition("orders", "broker", 0);

    @Test
    void theHandlersExceptionIsThrownAlsoIfTheMessageCannotBePutBack() {
        MQClientException gone = new MQClientException("the queue is not this consumer's");
        IllegalStateException failure = new IllegalStateException("cannot work on it");

        assertThatThrownBy(() -> fail(consumer(null, gone), failure))
                .isSameAs(failure)
                .hasSuppressedException(gone);
    }

    @Test
    void theHandlersExceptionIsThrownAlsoIfTheConsumerClosesMeanwhile() {
        MQClientException closed = new MQClientException("the consumer is closed");
        AssertionError failure = new AssertionError("cannot work on it");

        assertThatThrownBy(() -> fail(consumer(closed, null), failure))
                .isSameAs(failure)
                .hasSuppressedException(closed);
    }

    private void fail(PullConsumer consumer, Throwable failure) {
        Message message = new Message("orders", "", new byte[0]);
        message.setTopicPartition(queue);
        PullingTemplate.use(consumer, message, "desk", received -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        });
    }

    /** One that is open when it is asked, and then throws. */
    private PullConsumer consumer(@Nullable MQClientException whenAsked, @Nullable MQClientException whenSeeking) {
        return (PullConsumer) Proxy.newProxyInstance(
                PullConsumer.class.getClassLoader(),
                new Class<?>[] {PullConsumer.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "isClosed" -> {
                            return false;
                        }
                        case "assignment" -> {
                            if (whenAsked != null) {
                                throw whenAsked;
                            }
                            return Set.of(queue);
                        }
                        case "seek" -> throw Objects.requireNonNull(whenSeeking);
                        default -> throw new AssertionError("not expected: " + method);
                    }
                });
    }
}
