/**
 * Sending: single messages and batches, and what a consumer sends back. Runs on the io thread; the answer leaves when the store says
 * that the message is committed.
 */
@NullMarked
package io.ternmq.broker.request.produce;

import org.jspecify.annotations.NullMarked;
