package io.ternmq.spring.provisioning;

/** What is done about topics and groups that an application needs and its clusters do not have like that. */
public enum ProvisioningMode {
    /** Nothing; they are not even compared. */
    NONE,
    /** Nothing is changed; the application does not start if there is a difference. */
    CHECK,
    /** What is missing is created; what differs stays as it is, with a warning. */
    CREATE,
    /** What is missing is created, and what differs is changed. */
    UPDATE
}
