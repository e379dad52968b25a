package io.ternmq.spring.boot;

import io.ternmq.spring.provisioning.ProvisioningMode;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Topics and groups that the application defines as beans, {@code ternmq.provisioning.*}.
 *
 * @param mode What is done about what clusters do not have, or have otherwise - none, check (the application does not start),
 *     create (what is missing is created), update (and what differs is changed).
 * @param dryRun Whether the difference is only written to the log.
 */
public record ProvisioningProperties(
        @DefaultValue("create") ProvisioningMode mode,
        @DefaultValue("false") boolean dryRun) {}
