package io.ternmq.spring.listener;

import io.ternmq.client.ConsumeOutcome;

/** The client's context as a batch listener of Spring sees it: indexes are those of the list that it was given. */
final class BatchContext extends DeliveryContext {

    BatchContext(Delivery delivery) {
        super(delivery);
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
