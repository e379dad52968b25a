/** The wire contract. */
@NullMarked
package io.ternmq.protocol;

import org.jspecify.annotations.NullMarked;
