/**
 * {@link io.ternmq.spring.annotation.MessageListener} and what finds it on the methods of beans. The annotations are for
 * applications; the rest runs on the thread that refreshes the context.
 */
@NullMarked
package io.ternmq.spring.annotation;

import org.jspecify.annotations.NullMarked;
