package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOrderContext;
import java.time.Duration;

/** The client's context as a listener in order sees it. */
final class OrderContext implements ConsumeOrderContext {

    private final Delivery delivery;
    private final ConsumeOrderContext context;

    OrderContext(Delivery delivery, ConsumeOrderContext context) {
        this.delivery = delivery;
        this.context = context;
    }

    @Override
    public String getGroupId() {
        return delivery.group();
    }

    @Override
    public void suspendFor(Duration time) {
        context.suspendFor(time);
    }

    @Override
    public void deadLetter(String reason) {
        delivery.endTries(reason);
    }
}
