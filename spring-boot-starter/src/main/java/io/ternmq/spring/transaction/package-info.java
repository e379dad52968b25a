/**
 * Messages that are delivered exactly when a local transaction of the application commits: {@link
 * io.ternmq.spring.transaction.TransactionMessageTemplate} for applications, the choice among their checkers, and a checker that
 * needs no code because it keeps its records in the application's database. Templates on any thread; checkers are called by
 * the threads of the producer that the broker asks.
 */
@NullMarked
package io.ternmq.spring.transaction;

import org.jspecify.annotations.NullMarked;
