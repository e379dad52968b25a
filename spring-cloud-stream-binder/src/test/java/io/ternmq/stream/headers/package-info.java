@NullMarked
package io.ternmq.stream.headers;

import org.jspecify.annotations.NullMarked;
