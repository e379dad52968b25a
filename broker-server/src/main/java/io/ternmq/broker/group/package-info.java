/**
 * Consumer groups: who belongs to them, what they subscribe to, how far they have consumed, which queues their members have
 * locked. Used by the request handlers. Safe for any thread; nothing here blocks except saving, which the housekeeping thread does.
 */
@NullMarked
package io.ternmq.broker.group;

import org.jspecify.annotations.NullMarked;
