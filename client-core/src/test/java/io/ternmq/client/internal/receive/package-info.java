@NullMarked
package io.ternmq.client.internal.receive;

import org.jspecify.annotations.NullMarked;
