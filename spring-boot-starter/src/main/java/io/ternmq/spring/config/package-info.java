/**
 * From the description of a listener to a running container: endpoints, the factory that completes them with defaults, and
 * the registry that keeps, starts and stops the containers. The registry may be used by applications, on any thread.
 */
@NullMarked
package io.ternmq.spring.config;

import org.jspecify.annotations.NullMarked;
