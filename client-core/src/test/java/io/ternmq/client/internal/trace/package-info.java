@NullMarked
package io.ternmq.client.internal.trace;

import org.jspecify.annotations.NullMarked;
