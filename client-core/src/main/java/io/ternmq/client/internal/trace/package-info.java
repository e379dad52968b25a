/**
 * Tracing: what clients tell about the way of a message, how that is written, and how it is looked up. Records are taken from any thread and never
 * hold it up; they are written and sent on the timer thread and the I/O threads.
 */
@NullMarked
package io.ternmq.client.internal.trace;

import org.jspecify.annotations.NullMarked;
