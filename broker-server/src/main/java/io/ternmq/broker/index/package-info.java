/** Sorted indexes on disk: entries of three numbers that follow from records of the log, found by range. One thread adds, one saves, any may read; reading blocks as the disk does. */
@NullMarked
package io.ternmq.broker.index;

import org.jspecify.annotations.NullMarked;
