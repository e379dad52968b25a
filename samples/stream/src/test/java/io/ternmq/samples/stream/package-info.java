@NullMarked
package io.ternmq.samples.stream;

import org.jspecify.annotations.NullMarked;
