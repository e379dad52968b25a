/**
 * The Spring Cloud Stream binder: turns a destination into a consumer or a producer of the client, and nothing more.
 * Spring Cloud Stream calls it on the thread that starts or stops a binding.
 */
@NullMarked
package io.ternmq.stream;

import org.jspecify.annotations.NullMarked;
