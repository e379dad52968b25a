/**
 * Waiting pulls and pops and their wake-up when messages arrive; leases of popped messages. Called by the pull and pop handlers on io threads, by the store's
 * dispatching threads, and on the thread {@code ternmq-pop}, where leases expire.
 */
@NullMarked
package io.ternmq.broker.delivery;

import org.jspecify.annotations.NullMarked;
