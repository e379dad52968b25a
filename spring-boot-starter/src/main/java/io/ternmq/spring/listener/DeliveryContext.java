package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import java.time.Duration;

/** The client's context as a listener sees it: what it says about dead letters is kept with the delivery. */
class DeliveryContext implements ConsumeContext {

    final Delivery delivery;

    DeliveryContext(Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public final String getGroupId() {
        return delivery.group();
    }

    @Override
    public final void retryAfter(Duration delay) {
        delivery.context().retryAfter(delay);
    }

    @Override
    public final void deadLetter(String reason) {
        delivery.endTries(reason);
    }
}
