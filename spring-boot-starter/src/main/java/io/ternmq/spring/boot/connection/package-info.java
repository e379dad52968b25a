/**
 * Where a broker is that runs in a container: of Testcontainers, marked by {@code @ServiceConnection}, or of Docker Compose.
 * Spring Boot finds these factories and calls them while the context is refreshed.
 */
@NullMarked
package io.ternmq.spring.boot.connection;

import org.jspecify.annotations.NullMarked;
