/** The segmented, append-only commit log: bytes, lengths, checksums and positions, no topics. Used by the store only. Appends come from any thread under the store's append lock, forces from {@code ternmq-flush}, reads from any thread without a lock. */
@NullMarked
package io.ternmq.broker.log;

import org.jspecify.annotations.NullMarked;
