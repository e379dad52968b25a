/**
 * Listeners whose effect on the application's database happens once for each message, however often it is delivered: {@link
 * io.ternmq.spring.idempotent.Idempotent} and what carries it out around the calls of listeners, on the threads that consume.
 */
@NullMarked
package io.ternmq.spring.idempotent;

import org.jspecify.annotations.NullMarked;
