/** From the client's consumers to the channel of a binding. Messages run on the consumer's threads. */
@NullMarked
package io.ternmq.stream.inbound;

import org.jspecify.annotations.NullMarked;
