/**
 * Requests: picks the handler for a request code, translates failures into documented answers, sees to it that each request is
 * answered once. Handlers run on the {@code ternmq-io} thread of their connection, or on the small bounded pool
 * {@code ternmq-request} if they are registered as blocking.
 */
@NullMarked
package io.ternmq.broker.request;

import org.jspecify.annotations.NullMarked;
