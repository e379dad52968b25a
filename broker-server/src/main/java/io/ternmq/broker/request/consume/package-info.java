/**
 * Consuming: pulls with long polling, consume offsets, offsets by time, messages by id. Runs on the io thread of the consumer's
 * connection; what may wait for the disk runs on a request thread.
 */
@NullMarked
package io.ternmq.broker.request.consume;

import org.jspecify.annotations.NullMarked;
