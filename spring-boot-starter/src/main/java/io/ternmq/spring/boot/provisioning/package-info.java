/** Auto-configuration of topics and groups as beans. Runs on the thread that refreshes the context. */
@NullMarked
package io.ternmq.spring.boot.provisioning;

import org.jspecify.annotations.NullMarked;
