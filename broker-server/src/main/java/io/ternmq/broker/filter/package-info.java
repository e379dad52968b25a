/**
 * What a consumer wants of a topic, compiled: tag hashes, and SQL92 conditions over the properties of a message. Compiled once for each subscription;
 * filters are immutable and asked by any thread that reads a queue. Expressions come from clients: their length and depth are bounded.
 */
@NullMarked
package io.ternmq.broker.filter;

import org.jspecify.annotations.NullMarked;
