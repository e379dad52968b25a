package io.ternmq.client.internal.group;

import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.message.StoredMessage;

/** A transactional producer as its client sees it. Called on I/O threads; must not block. */
@FunctionalInterface
public interface TransactionMember {

    /** The broker at this address asks what has become of the local transaction of a message. */
    void check(String address, CheckTransactionHeader header, StoredMessage half);
}
