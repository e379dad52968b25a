package io.ternmq.broker.request.produce;

import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.PropertyNames;
import org.jspecify.annotations.Nullable;

/** Those properties of a sent message that the broker acts upon, found in one pass over the text. */
final class SentProperties {
    final String text;

    @Nullable
    String uniqueKey;

    /** The client that waits for a reply. */
    @Nullable
    String requester;

    boolean transactional;
    /** There is a property that may say when to deliver. */
    boolean timed;

    boolean region;
    boolean trace;
    boolean cluster;

    private SentProperties(String text) {
        this.text = text;
    }

    static SentProperties of(String text) {
        SentProperties found = new SentProperties(text);
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf(MessageProperties.VALUE_END, start);
            if (end < 0) {
                end = text.length();
            }
            int nameEnd = text.indexOf(MessageProperties.NAME_END, start);
            if (nameEnd > start && nameEnd < end) {
                found.take(start, nameEnd, end);
            }
            start = end + 1;
        }
        return found;
    }

    private void take(int start, int nameEnd, int end) {
        switch (text.charAt(start)) {
            case 'D' -> timed |= is(PropertyNames.DELAY, start, nameEnd);
            case 'U' ->
                uniqueKey = is(PropertyNames.UNIQ_KEY, start, nameEnd) ? text.substring(nameEnd + 1, end) : uniqueKey;
            case 'R' ->
                requester = is(PropertyNames.REPLY_TO_CLIENT, start, nameEnd)
                        ? text.substring(nameEnd + 1, end)
                        : requester;
            case 'M' -> region |= is(PropertyNames.MSG_REGION, start, nameEnd);
            case 'C' -> cluster |= is(PropertyNames.CLUSTER, start, nameEnd);
            case 'T' -> {
                trace |= is(PropertyNames.TRACE_ON, start, nameEnd);
                transactional |= is(PropertyNames.TRAN_MSG, start, nameEnd) && text.startsWith("true", nameEnd + 1);
                timed |= is(PropertyNames.TIMER_DELAY_MS, start, nameEnd)
                        || is(PropertyNames.TIMER_DELAY_SEC, start, nameEnd)
                        || is(PropertyNames.TIMER_DELIVER_MS, start, nameEnd);
            }
            case '_' -> timed |= is(PropertyNames.START_DELIVER_TIME, start, nameEnd);
            default -> {}
        }
    }

    private boolean is(String name, int start, int nameEnd) {
        return nameEnd - start == name.length() && text.startsWith(name, start);
    }
}
