/**
 * The embedded broker for tests with a Spring application context. Needs spring-test; everything happens on the thread of the test.
 */
@NullMarked
package io.ternmq.test.spring;

import org.jspecify.annotations.NullMarked;
