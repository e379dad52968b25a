/** Makes, or looks for, the topics and groups that bindings need. Called on the thread that binds; blocks while brokers are asked. */
@NullMarked
package io.ternmq.stream.provisioning;

import org.jspecify.annotations.NullMarked;
