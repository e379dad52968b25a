package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOutcome;
import java.time.Duration;

/** The client's context as a batch listener of Spring sees it: indexes are those of the list that it was given. */
final class BatchContext implements ConsumeContext {

    private final Delivery delivery;

    BatchContext(Delivery delivery) {
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

    @Override
    public void setAcknowledgeIndex(int index) {
        for (int i = index + 1; i < delivery.handed().size(); i++) {
            setOutcome(i, ConsumeOutcome.retry());
        }
    }

    @Override
    public void setOutcome(int index, ConsumeOutcome outcome) {
        delivery.decide(delivery.handed().get(index), outcome);
    }
}
