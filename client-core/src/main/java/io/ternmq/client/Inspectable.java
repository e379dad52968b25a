package io.ternmq.client;

/** Tells what it is doing without asking anybody. The consumers with listeners that {@link MQFactory} makes are of this kind. */
public interface Inspectable {

    /** What is true now; does not block. */
    ConsumerState state();
}
