/**
 * Sending, and the beans that wrap the client for XML and Java configuration: {@link io.ternmq.spring.core.MessageTemplate},
 * {@link io.ternmq.spring.core.ProducerBean}, {@link io.ternmq.spring.core.ConsumerBean}. For applications; templates and
 * producers on any thread, the beans' setters before they are started.
 */
@NullMarked
package io.ternmq.spring.core;

import org.jspecify.annotations.NullMarked;
