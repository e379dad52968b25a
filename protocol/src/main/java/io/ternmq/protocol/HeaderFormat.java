package io.ternmq.protocol;

/** How the header of a frame is written. It is chosen per frame; a peer must read both at any time. */
public enum HeaderFormat {
    /** A UTF-8 JSON object; what genuine peers use unless told otherwise. */
    JSON(0),
    /** Fixed fields and length-prefixed strings; smaller and quicker, but codes above 32,767 do not fit. */
    BINARY(1);

    private final int number;

    HeaderFormat(int number) {
        this.number = number;
    }

    /** Returns the first byte of the frame's header word. */
    public int number() {
        return number;
    }
}
