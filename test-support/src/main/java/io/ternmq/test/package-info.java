/**
 * A broker inside the JVM of a test. Used by tests of applications and of TernMQ itself; starting and closing happen on the thread of the test.
 */
@NullMarked
package io.ternmq.test;

import org.jspecify.annotations.NullMarked;
