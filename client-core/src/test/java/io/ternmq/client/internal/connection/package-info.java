@NullMarked
package io.ternmq.client.internal.connection;

import org.jspecify.annotations.NullMarked;
