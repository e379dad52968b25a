/**
 * Genuine Apache RocketMQ programs in processes of their own: clients, broker with name server, and mqadmin. Their class paths are
 * those that the modules under {@code peers/} have resolved; all they write goes below {@code target/interop}. Every process is
 * ended by its id when its object is closed, and clients end by themselves when the tests' process does.
 */
@NullMarked
package io.ternmq.interop.peer;

import org.jspecify.annotations.NullMarked;
