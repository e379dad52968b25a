/**
 * The broker as a whole: the composition root, its settings, and the executable. Whoever embeds a broker uses
 * {@link io.ternmq.broker.Broker} and {@link io.ternmq.broker.BrokerConfig} and nothing below. Starting and closing block the
 * calling thread; everything else runs on threads of the parts.
 */
@NullMarked
package io.ternmq.broker;

import org.jspecify.annotations.NullMarked;
