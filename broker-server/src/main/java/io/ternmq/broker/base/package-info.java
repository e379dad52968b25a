/** What every part of the broker may use: the clock and the named threads. Knows nothing of messages or files. */
@NullMarked
package io.ternmq.broker.base;

import org.jspecify.annotations.NullMarked;
