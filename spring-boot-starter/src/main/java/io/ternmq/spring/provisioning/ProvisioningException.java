package io.ternmq.spring.provisioning;

import java.util.List;

/** A cluster does not have what the application needs, and the application was told to insist. */
public final class ProvisioningException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient List<Difference> differences;

    ProvisioningException(List<Difference> differences) {
        super("clusters do not have what the application needs: " + differences
                + "; create it, or let the application do so (ternmq.provisioning.mode=create or update)");
        this.differences = List.copyOf(differences);
    }

    /** What differs. */
    public List<Difference> differences() {
        return differences == null ? List.of() : differences;
    }
}
