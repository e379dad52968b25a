package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import java.time.Duration;

/** The client's context as a listener of single messages sees it. */
final class SingleContext implements ConsumeContext {

    private final Delivery delivery;

    SingleContext(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public String getGroupId() {
        return delivery.group();
    }

    @Override
    public void retryAfter(Duration delay) {
        delivery.context().retryAfter(delay);
    }

    @Override
    public void deadLetter(String reason) {
        delivery.endTries(reason);
    }
}
