/**
 * Consuming: pulls with long polling, consume offsets, offsets by time, messages by id. Runs on the io thread of the consumer's
 * connection.
 */
@NullMarked
package io.ternmq.broker.request.consume;

import org.jspecify.annotations.NullMarked;
