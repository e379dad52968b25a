/**
 * Sending: pack a message ({@code Packer}), let it line up with others of its topic ({@code Lane}), choose a queue, send,
 * try another one if need be ({@code SendTask}), and be over when the send timeout has passed.
 *
 * <p>Called by the application's threads. A send goes on where its answer arrives, on an I/O thread, which also sends what
 * has queued up meanwhile, or on the timer thread after a pause; there is no other hand-over.
 */
@NullMarked
package io.ternmq.client.internal.send;

import org.jspecify.annotations.NullMarked;
