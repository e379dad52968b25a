/** Ends of transactions, and what operators ask about them. Runs on request threads, because old records may have to be read. */
@NullMarked
package io.ternmq.broker.request.transact;

import org.jspecify.annotations.NullMarked;
