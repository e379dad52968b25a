package io.ternmq.client;

/** Values of {@link PropertyKeyConst#MessageModel}. */
public final class PropertyValueConst {

    public static final String CLUSTERING = "CLUSTERING";
    public static final String BROADCASTING = "BROADCASTING";

    private PropertyValueConst() {}
}
