/** A pipeline in miniature: orders come in, get their prices, are split by region, and those that cannot be priced are dead letters. */
@NullMarked
package io.ternmq.samples.stream;

import org.jspecify.annotations.NullMarked;
