/**
 * Topics and groups that an application says it needs: compared with what its clusters have, created, changed, or only
 * checked, when the context starts and before any listener does; in the background where a cluster is away then.
 */
@NullMarked
package io.ternmq.spring.provisioning;

import org.jspecify.annotations.NullMarked;
