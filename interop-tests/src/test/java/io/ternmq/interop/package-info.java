/**
 * Interoperability with Apache RocketMQ. The contracts here say once what any client must be able to do with any broker; the
 * {@code *IT} classes choose who meets whom.
 */
@NullMarked
package io.ternmq.interop;

import org.jspecify.annotations.NullMarked;
