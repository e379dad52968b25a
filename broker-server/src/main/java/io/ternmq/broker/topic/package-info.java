/**
 * Topics and queues as definitions: names, queue counts, permissions, kept in a small file. Used by routing, sending and
 * consuming. Reading is lock-free from any thread; changing blocks on the disk and belongs on a request thread.
 */
@NullMarked
package io.ternmq.broker.topic;

import org.jspecify.annotations.NullMarked;
