package io.ternmq.interop.peer;

/** The releases of the genuine client that are tested. */
public enum GenuineVersion {
    /** The last of the 4.x line. */
    V4_9_8("4.9.8"),
    /** The newest. */
    V5_5_0("5.5.0");

    private final String number;

    GenuineVersion(String number) {
        this.number = number;
    }

    /** The release number, as published. */
    public String number() {
        return number;
    }

    @Override
    public String toString() {
        return "rocketmq-client " + number;
    }
}
