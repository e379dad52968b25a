package io.ternmq.protocol;

/**
 * Version ordinals as peers announce them in every header. A release 4.m.p is {@code 213 + 20m + 2p}, a release 5.m.p is {@code 413 + 20m + 2p}.
 */
public final class ProtocolVersion {
    /** What TernMQ announces: the behaviour of 5.3.3. */
    public static final int CURRENT = 479;

    /** From this version (4.9.4) on, requesters read standard JSON in routes; older ones want unquoted numeric keys. */
    public static final int STANDARD_JSON_ROUTES = 401;

    /** From this version (3.4.9) on, a consumer's own maximum of retries counts. */
    public static final int CLIENT_MAX_RECONSUME_TIMES = 121;

    private ProtocolVersion() {}

    /** Returns the release name of an ordinal, such as {@code V5_3_3}. */
    public static String describe(int ordinal) {
        if (ordinal < 213) {
            return "V3_OR_OLDER";
        }
        int major = ordinal >= 413 ? 5 : 4;
        int rest = ordinal - (major == 5 ? 413 : 213);
        return "V" + major + "_" + rest / 20 + "_" + rest % 20 / 2 + (rest % 2 == 0 ? "" : "_SNAPSHOT");
    }
}
