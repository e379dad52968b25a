/**
 * Auto-configuration of what is observed while an application sends and listens. Runs on the thread that refreshes the
 * context.
 */
@NullMarked
package io.ternmq.spring.boot.observation;

import org.jspecify.annotations.NullMarked;
