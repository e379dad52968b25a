/** Turns Spring's headers into user properties of messages and back, with types and without trusting the sender. */
@NullMarked
package io.ternmq.stream.headers;

import org.jspecify.annotations.NullMarked;
