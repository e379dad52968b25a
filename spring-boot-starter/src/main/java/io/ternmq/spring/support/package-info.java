/**
 * What both directions share: the names of headers, and the mapping between Spring messages and those of the client. Knows
 * nothing of producers, consumers or beans. Called by the templates and listeners of the packages above, on any thread.
 */
@NullMarked
package io.ternmq.spring.support;

import org.jspecify.annotations.NullMarked;
