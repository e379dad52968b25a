/**
 * Waiting pulls and their wake-up when messages arrive. Called by the pull handler on io threads and by the store's dispatch thread.
 */
@NullMarked
package io.ternmq.broker.delivery;

import org.jspecify.annotations.NullMarked;
