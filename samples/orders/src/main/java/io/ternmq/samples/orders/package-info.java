/**
 * A shop in miniature: orders are placed over HTTP, and paid for, shipped and counted by listeners. To be read from {@link
 * io.ternmq.samples.orders.OrderController} on, and copied.
 */
@NullMarked
package io.ternmq.samples.orders;

import org.jspecify.annotations.NullMarked;
