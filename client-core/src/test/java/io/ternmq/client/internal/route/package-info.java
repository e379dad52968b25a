@NullMarked
package io.ternmq.client.internal.route;

import org.jspecify.annotations.NullMarked;
