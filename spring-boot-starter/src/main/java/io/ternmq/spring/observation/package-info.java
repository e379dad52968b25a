/**
 * What is told about sends and calls of listeners while they happen: observations, of which Micrometer makes timers and
 * spans, and the message's identity in each line of the log. Interceptors do it, on the threads that send and consume.
 * Applications may define conventions of their own.
 */
@NullMarked
package io.ternmq.spring.observation;

import org.jspecify.annotations.NullMarked;
