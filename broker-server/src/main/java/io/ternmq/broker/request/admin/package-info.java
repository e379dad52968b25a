/**
 * Administration: topics, groups, settings and statistics for consoles and command-line tools. Runs on the bounded request threads.
 */
@NullMarked
package io.ternmq.broker.request.admin;

import org.jspecify.annotations.NullMarked;
