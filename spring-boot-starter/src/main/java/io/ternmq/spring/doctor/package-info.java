/**
 * Why a listener does not consume: what is known of it here and at its cluster, one set of rules over it, and the watch that
 * asks them when a listener stalls. Rules ask the cluster, and block; the watch has a thread of its own.
 */
@NullMarked
package io.ternmq.spring.doctor;

import org.jspecify.annotations.NullMarked;
