/** From the channel of a binding to the client's producers. Messages run on the thread that sends. */
@NullMarked
package io.ternmq.stream.outbound;

import org.jspecify.annotations.NullMarked;
