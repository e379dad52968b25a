package io.ternmq.broker.store;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A message to append. The store adds queue offset, log offset and store time, and the IPv6 bits of {@code sysFlag} from the
 * two addresses.
 *
 * @param topic at most 255 bytes; more than 127 makes a version 2 record, which old clients cannot read
 * @param queueId queue of the topic; checked by the caller against the topic's definition
 * @param flag the user's flag
 * @param sysFlag as on the wire
 * @param bornTimestamp when the producer made it, ms
 * @param bornHost the producer's address, resolved
 * @param storeHost the broker's address, resolved
 * @param reconsumeTimes how often it was tried
 * @param preparedTransactionOffset log offset of the half message of a committed one, else 0
 * @param properties text of {@code name\1value\2} entries; at most 32767 bytes
 * @param body its remaining bytes; not moved, and not read after {@code append} has returned
 */
public record NewMessage(
        String topic,
        int queueId,
        int flag,
        int sysFlag,
        long bornTimestamp,
        InetSocketAddress bornHost,
        InetSocketAddress storeHost,
        int reconsumeTimes,
        long preparedTransactionOffset,
        String properties,
        ByteBuffer body) {}
