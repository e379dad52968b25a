/** Fakes of the client's interfaces, for the tests of the packages below. */
@NullMarked
package io.ternmq.spring;

import org.jspecify.annotations.NullMarked;
