/**
 * The wire contract shared by client and broker: commands, their codes, and what travels in them. Anybody may use it;
 * nothing in it starts a thread, and its values may be handed between threads unless a type says otherwise.
 */
@NullMarked
package io.ternmq.protocol;

import org.jspecify.annotations.NullMarked;
