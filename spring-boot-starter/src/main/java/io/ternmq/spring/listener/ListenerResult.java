package io.ternmq.spring.listener;

import org.springframework.messaging.Message;

/**
 * What an expression in {@code @SendTo("!{...}")} knows, by these names.
 *
 * @param request the message as the client has delivered it, an {@link io.ternmq.client.Message}; of a batch a list of them
 * @param source the same as Spring sees it, with its headers; of a batch with the headers that its messages have in common
 * @param result what the method has returned, complete if it is asynchronous
 */
public record ListenerResult(Object request, Message<?> source, Object result) {}
