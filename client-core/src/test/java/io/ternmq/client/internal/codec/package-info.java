@NullMarked
package io.ternmq.client.internal.codec;

import org.jspecify.annotations.NullMarked;
