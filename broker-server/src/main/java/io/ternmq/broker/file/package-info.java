/** The one door to the disk: {@link io.ternmq.broker.file.Files} and {@link io.ternmq.broker.file.DataFile}, with one real implementation; the tests have a simulated disk behind the same door. Any thread may call; calls block as the disk does. */
@NullMarked
package io.ternmq.broker.file;

import org.jspecify.annotations.NullMarked;
