@NullMarked
package io.ternmq.client;

import org.jspecify.annotations.NullMarked;
