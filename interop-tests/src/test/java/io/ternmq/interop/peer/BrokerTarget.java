package io.ternmq.interop.peer;

/** A running broker, whoever wrote it. */
public interface BrokerTarget extends AutoCloseable {
    /** Host and port that clients are given. */
    String nameServer();

    /** The name of its cluster, as mqadmin wants it. */
    String clusterName();

    @Override
    void close();
}
