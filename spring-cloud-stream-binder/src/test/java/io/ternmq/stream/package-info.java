/** Tests of the binder against the embedded broker. */
@NullMarked
package io.ternmq.stream;

import org.jspecify.annotations.NullMarked;
