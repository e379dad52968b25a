/** JMH benchmarks of what every message passes through: frames, records, the log and the queues. Run by JMH alone, on its threads. */
@NullMarked
package io.ternmq.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
