/** Finds messages by the keys they were given: the index, which follows the log, and the search, which checks on the message itself what the index says. The index is fed by the thread that dispatches; searches run on blocking threads. */
@NullMarked
package io.ternmq.broker.query;

import org.jspecify.annotations.NullMarked;
