/**
 * What operators see and do: health, the Actuator endpoint {@code ternmq}, info, gauges, and the watch over listeners. Asks
 * clusters on the threads of those who ask.
 */
@NullMarked
package io.ternmq.spring.boot.operation;

import org.jspecify.annotations.NullMarked;
