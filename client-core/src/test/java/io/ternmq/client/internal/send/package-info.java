@NullMarked
package io.ternmq.client.internal.send;

import org.jspecify.annotations.NullMarked;
