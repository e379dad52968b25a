/** Administration over the connections of the client. Called by the application's threads, which wait for the answers. */
@NullMarked
package io.ternmq.client.internal.admin;

import org.jspecify.annotations.NullMarked;
