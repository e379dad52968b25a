/** The beans of a binder, and its health and metrics. The only package that knows Spring Boot, besides the annotations on properties. */
@NullMarked
package io.ternmq.stream.config;

import org.jspecify.annotations.NullMarked;
