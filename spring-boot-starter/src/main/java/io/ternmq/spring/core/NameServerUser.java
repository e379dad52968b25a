package io.ternmq.spring.core;

import io.ternmq.client.StartPolicy;
import java.time.Duration;

/** A bean whose properties may leave the name server, and more, to the application. Called before the bean is started. */
public interface NameServerUser {

    /** Whether the properties name a name server. */
    boolean isNameServerGiven();

    /** The name server to use if the properties name none, {@code host:port}, several separated by {@code ;}. */
    void setDefaultNameServer(String nameServer);

    /**
     * What to do if the cluster is away at the start, unless the properties say something else.
     *
     * @param timeout with {@link StartPolicy#WAIT}, how long to wait
     */
    void setDefaultStartPolicy(StartPolicy policy, Duration timeout);
}
