/**
 * The name service: routes of topics, the cluster of one, key-value settings. Runs on the io thread, except what writes to disk.
 */
@NullMarked
package io.ternmq.broker.request.route;

import org.jspecify.annotations.NullMarked;
