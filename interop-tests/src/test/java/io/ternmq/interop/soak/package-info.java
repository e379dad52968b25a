/**
 * The mixed soak: every kind of message and way of consuming at once, ours and the genuine client's, while consumers join, leave and crash and the
 * broker is stopped and killed. What senders were told is kept in {@link io.ternmq.interop.soak.Account}s, what groups were given in {@link
 * io.ternmq.interop.soak.Receipts}; in the end the two must agree.
 */
@NullMarked
package io.ternmq.interop.soak;

import org.jspecify.annotations.NullMarked;
