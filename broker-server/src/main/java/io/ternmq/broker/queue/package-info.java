/** The index derived from the log, one per topic and queue: queue offset to log position. Can be deleted and rebuilt from the log. Used by the store only; entries are put by the one thread that dispatches at that moment, and read by any. */
@NullMarked
package io.ternmq.broker.queue;

import org.jspecify.annotations.NullMarked;
