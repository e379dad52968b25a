/**
 * Messages as they are stored and travel: record layout, properties text, ids, batch bodies, naming rules. Used by the
 * broker's log and by clients alike; pure functions and values, usable from any thread.
 */
@NullMarked
package io.ternmq.protocol.message;

import org.jspecify.annotations.NullMarked;
