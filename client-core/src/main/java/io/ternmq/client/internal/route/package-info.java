/**
 * Where topics are: asks the name servers, remembers the answers, and keeps them fresh.
 *
 * <p>Called from any thread; futures complete on I/O threads, which must not be blocked. {@link
 * io.ternmq.client.internal.route.RouteListener} is called on an I/O thread.
 */
@NullMarked
package io.ternmq.client.internal.route;

import org.jspecify.annotations.NullMarked;
