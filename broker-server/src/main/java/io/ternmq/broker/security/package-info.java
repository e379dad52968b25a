/**
 * Who may do what. Decisions are taken on the thread that serves the request and must not block.
 */
@NullMarked
package io.ternmq.broker.security;

import org.jspecify.annotations.NullMarked;
