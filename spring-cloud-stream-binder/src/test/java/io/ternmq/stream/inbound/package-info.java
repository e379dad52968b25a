@NullMarked
package io.ternmq.stream.inbound;

import org.jspecify.annotations.NullMarked;
