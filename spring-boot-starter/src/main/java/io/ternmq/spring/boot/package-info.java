/**
 * What Spring Boot does with all this: {@code ternmq.*} properties, auto-configuration, the embedded broker, and failure
 * analyses that name the remedy. Applications may define the beans themselves, customize the configurations, and inject
 * {@link io.ternmq.spring.boot.TernMQConnectionDetails}. Runs on the thread that refreshes and closes the context.
 */
@NullMarked
package io.ternmq.spring.boot;

import org.jspecify.annotations.NullMarked;
