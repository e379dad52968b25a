package io.ternmq.interop.client;

/** A client library that can make producers and consumers. Thread safe. */
public interface Messaging {
    /** Starts a producer. */
    TestProducer producer(ProducerSettings settings);

    /** Starts a transactional producer that answers checks in this way. */
    TestTransactionProducer transactionProducer(ProducerSettings settings, Outcome checkAnswer);

    /** Starts a push consumer; it is a member of its group when this returns or soon after. */
    TestConsumer consumer(ConsumerSettings settings);

    /** Starts a push consumer that takes the messages of each queue one after another. */
    TestConsumer orderlyConsumer(ConsumerSettings settings);

    /** Starts a consumer that asks for messages itself; of the settings it heeds name server, group, topic and expression. */
    TestConsumer litePuller(ConsumerSettings settings);
}
