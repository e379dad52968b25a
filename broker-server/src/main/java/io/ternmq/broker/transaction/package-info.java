/**
 * Transactional messages: half messages, which no consumer sees, how they end, and the checks that are asked of producers when the end
 * is late. Ends run on the request threads, checks on {@code ternmq-transaction-check}; the log is followed on the threads of the store.
 */
@NullMarked
package io.ternmq.broker.transaction;

import org.jspecify.annotations.NullMarked;
