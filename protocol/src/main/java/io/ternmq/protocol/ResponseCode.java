package io.ternmq.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a request was answered. Numbers and names are those of the RocketMQ remoting protocol.
 */
public enum ResponseCode {
    SUCCESS(0),
    SYSTEM_ERROR(1),
    SYSTEM_BUSY(2),
    REQUEST_CODE_NOT_SUPPORTED(3),
    FLUSH_DISK_TIMEOUT(10),
    SLAVE_NOT_AVAILABLE(11),
    FLUSH_SLAVE_TIMEOUT(12),
    MESSAGE_ILLEGAL(13),
    SERVICE_NOT_AVAILABLE(14),
    VERSION_NOT_SUPPORTED(15),
    NO_PERMISSION(16),
    TOPIC_NOT_EXIST(17),
    TOPIC_EXIST_ALREADY(18),
    PULL_NOT_FOUND(19),
    PULL_RETRY_IMMEDIATELY(20),
    PULL_OFFSET_MOVED(21),
    QUERY_NOT_FOUND(22),
    SUBSCRIPTION_PARSE_FAILED(23),
    SUBSCRIPTION_NOT_EXIST(24),
    SUBSCRIPTION_NOT_LATEST(25),
    SUBSCRIPTION_GROUP_NOT_EXIST(26),
    FILTER_DATA_NOT_EXIST(27),
    FILTER_DATA_NOT_LATEST(28),
    INVALID_PARAMETER(29),
    NO_BUYER_ID(204),
    NOT_IN_CURRENT_UNIT(205),
    CONSUMER_NOT_ONLINE(206),
    CONSUME_MSG_TIMEOUT(207),
    NO_MESSAGE(208),
    POLLING_FULL(209),
    POLLING_TIMEOUT(210),
    FLOW_CONTROL(215),
    ILLEGAL_OPERATION(604),
    GO_AWAY(1500);

    private static final Map<Integer, ResponseCode> BY_NUMBER = byNumber();

    private final int number;

    ResponseCode(int number) {
        this.number = number;
    }

    /** Returns the number that travels on the wire. */
    public int number() {
        return number;
    }

    /** Returns the code of a number from the wire, or {@code null} where this version does not know it. */
    public static @Nullable ResponseCode of(int number) {
        return BY_NUMBER.get(number);
    }

    private static Map<Integer, ResponseCode> byNumber() {
        Map<Integer, ResponseCode> codes = new HashMap<>();
        for (ResponseCode code : values()) {
            codes.put(code.number, code);
        }
        return Map.copyOf(codes);
    }
}
