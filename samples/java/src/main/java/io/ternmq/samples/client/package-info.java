/**
 * One class for each kind of message and way of consuming, for plain Java. Each has a {@code main} that takes the broker's address, sends and
 * receives, prints what happens and ends. Start with {@link io.ternmq.samples.client.OrdinaryMessages}.
 */
@NullMarked
package io.ternmq.samples.client;

import org.jspecify.annotations.NullMarked;
