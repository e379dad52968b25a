/**
 * Frames: from bytes to {@link io.ternmq.protocol.Command} and back. Knows lengths and limits, not meanings. Called by the
 * transports of client and broker on their event loops.
 */
@NullMarked
package io.ternmq.protocol.frame;

import org.jspecify.annotations.NullMarked;
