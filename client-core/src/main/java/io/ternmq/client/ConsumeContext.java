package io.ternmq.client;

/** The circumstances in which a message is handed to a {@link MessageListener}. */
public interface ConsumeContext {

    /** The group that consumes. */
    String getGroupId();
}
