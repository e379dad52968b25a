/**
 * The way of a received message to a method: container (a consumer and its life) → failure reporting → method. For the
 * packages above, which make containers; the methods run on the threads of their own consumer.
 */
@NullMarked
package io.ternmq.spring.listener;

import org.jspecify.annotations.NullMarked;
