package io.ternmq.spring.support;

import org.springframework.messaging.converter.MessageConversionException;

/** No converter can write a payload. Names its type. */
public final class PayloadNotWritableException extends MessageConversionException {

    private static final long serialVersionUID = 1L;

    private final String type;

    PayloadNotWritableException(Object payload, String destination) {
        super("payload cannot be converted to bytes: type=" + payload.getClass().getName() + ", destination="
                + destination + "; send text, bytes or an object, or define a MessageConverter bean for the type,"
                + " qualified by \"ternmq\"");
        this.type = payload.getClass().getName();
    }

    /** The class of the payload. */
    public String type() {
        return type;
    }
}
