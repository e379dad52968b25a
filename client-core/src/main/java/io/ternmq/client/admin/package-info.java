/**
 * Administration: topics, consumer groups, routes and brokers of a TernMQ server or an Apache RocketMQ cluster.
 *
 * <p>Anybody may call it, from any thread; calls block until the servers have answered.
 */
@NullMarked
package io.ternmq.client.admin;

import org.jspecify.annotations.NullMarked;
