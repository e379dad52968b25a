/**
 * Membership: the client that producers and consumers of equal configuration share, its heartbeats, the allocation of
 * queues among the members of a group, where offsets are kept, and the threads of listeners.
 *
 * <p>Called from any thread; futures complete on I/O threads. {@link io.ternmq.client.internal.group.GroupMember} is called on
 * I/O and timer threads and must not block them.
 */
@NullMarked
package io.ternmq.client.internal.group;

import org.jspecify.annotations.NullMarked;
