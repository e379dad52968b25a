/**
 * Between the messages of the API and those of the wire: properties, compression, what may be sent. Pure functions,
 * usable from any thread.
 */
@NullMarked
package io.ternmq.client.internal.codec;

import org.jspecify.annotations.NullMarked;
