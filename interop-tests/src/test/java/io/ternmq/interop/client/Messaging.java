package io.ternmq.interop.client;

/** A client library that can make producers and consumers. Thread safe. */
public interface Messaging {
    /** Starts a producer. */
    TestProducer producer(ProducerSettings settings);

    /** Starts a transactional producer that answers checks in this way. */
    TestTransactionProducer transactionProducer(ProducerSettings settings, Outcome checkAnswer);

    /** Starts a push consumer; it is a member of its group when this returns or soon after. */
    TestConsumer consumer(ConsumerSettings settings);
}
