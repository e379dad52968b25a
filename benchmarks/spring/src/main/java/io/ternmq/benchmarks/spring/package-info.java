/** What an application pays for the starter: when it starts, and for each message. Run by hand, never by the build. */
@NullMarked
package io.ternmq.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
