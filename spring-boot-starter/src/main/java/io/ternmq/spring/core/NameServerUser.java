package io.ternmq.spring.core;

/** A bean whose properties may leave the name server to the application. Called before the bean is started. */
public interface NameServerUser {

    /** Whether the properties name a name server. */
    boolean isNameServerGiven();

    /** The name server to use if the properties name none, {@code host:port}, several separated by {@code ;}. */
    void setDefaultNameServer(String nameServer);
}
