/**
 * Header records: one per command header, each with its own reading and writing of {@link io.ternmq.protocol.Fields}.
 * Pure values, usable from any thread.
 */
@NullMarked
package io.ternmq.protocol.header;

import org.jspecify.annotations.NullMarked;
