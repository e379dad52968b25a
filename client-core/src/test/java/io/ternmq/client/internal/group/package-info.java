@NullMarked
package io.ternmq.client.internal.group;

import org.jspecify.annotations.NullMarked;
