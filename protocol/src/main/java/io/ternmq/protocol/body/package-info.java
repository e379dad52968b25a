/**
 * JSON bodies: one record per body, and {@link io.ternmq.protocol.body.JsonBodies} that reads and writes them in the dialect that
 * genuine peers use. Pure values, usable from any thread.
 */
@NullMarked
package io.ternmq.protocol.body;

import org.jspecify.annotations.NullMarked;
