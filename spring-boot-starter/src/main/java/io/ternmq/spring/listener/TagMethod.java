package io.ternmq.spring.listener;

import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the methods of a listener that is a class.
 *
 * @param method the method
 * @param topic the topic whose messages it takes; {@code null} for all
 * @param tags the tags it takes; none for those that no other method takes
 */
public record TagMethod(Method method, @Nullable String topic, Set<String> tags) {

    public TagMethod {
        tags = Set.copyOf(tags);
    }

    /** How well a method can suit a message. */
    static final int BEST = 4;

    /** How well it suits a message: 0 not at all; tags count before the topic. */
    int suits(String messageTopic, String tag) {
        boolean otherTopic = topic != null && !topic.equals(messageTopic);
        if (otherTopic || !(tags.isEmpty() || tags.contains(tag))) {
            return 0;
        }
        return 1 + (tags.isEmpty() ? 0 : 2) + (topic == null ? 0 : 1);
    }

    /** Whether there are messages that suit both equally well, so that their payload has to decide. */
    boolean collidesWith(TagMethod other) {
        boolean sameTopic = topic == null ? other.topic == null : topic.equals(other.topic);
        return sameTopic
                && (tags.isEmpty() ? other.tags.isEmpty() : tags.stream().anyMatch(other.tags::contains));
    }
}
