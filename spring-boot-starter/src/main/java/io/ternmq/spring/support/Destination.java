package io.ternmq.spring.support;

/**
 * Where a message goes: a topic and, if not empty, a tag. Written as {@code topic} or {@code topic:tag}.
 *
 * @param topic the topic
 * @param tag the tag, or empty
 */
public record Destination(String topic, String tag) {

    /**
     * Reads {@code topic} or {@code topic:tag}.
     *
     * @throws IllegalArgumentException if there is no topic, or nothing after the colon
     */
    public static Destination parse(String text) {
        int colon = text.indexOf(':');
        String topic = (colon < 0 ? text : text.substring(0, colon)).trim();
        String tag = colon < 0 ? "" : text.substring(colon + 1).trim();
        if (topic.isEmpty() || (colon >= 0 && tag.isEmpty())) {
            throw new IllegalArgumentException(
                    "illegal destination: destination=" + text + "; write \"topic\" or \"topic:tag\"");
        }
        return new Destination(topic, tag);
    }

    @Override
    public String toString() {
        return tag.isEmpty() ? topic : topic + ':' + tag;
    }
}
