/** What can be set about the binder and its bindings, under {@code spring.cloud.stream.ternmq}: data, checked when it is set. */
@NullMarked
package io.ternmq.stream.properties;

import org.jspecify.annotations.NullMarked;
