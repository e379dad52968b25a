/**
 * A wallet on Spring Data JPA: what is paid and the message about it are committed together, and points are given once for each message. To be
 * read from {@link io.ternmq.samples.jpa.Cashier} on, and copied.
 */
@NullMarked
package io.ternmq.samples.jpa;

import org.jspecify.annotations.NullMarked;
