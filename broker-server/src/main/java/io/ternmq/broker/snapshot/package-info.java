/** Small state files (topics, groups, offsets), replaced as a whole and atomically. Any thread may call; a call blocks until the file is on disk. */
@NullMarked
package io.ternmq.broker.snapshot;

import org.jspecify.annotations.NullMarked;
