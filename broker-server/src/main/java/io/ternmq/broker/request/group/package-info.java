/**
 * Life of groups: heartbeats, members, queue locks. Runs on the io thread of the client's connection.
 */
@NullMarked
package io.ternmq.broker.request.group;

import org.jspecify.annotations.NullMarked;
