package io.ternmq.protocol.body;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a group wants of a topic.
 *
 * @param subString the expression, {@code *} for all
 * @param tagsSet the tags of a tag expression, empty for all
 * @param codeSet their hashes
 * @param subVersion epoch milliseconds of the last change
 * @param expressionType TAG or SQL92
 * @param classFilterMode always false; genuine peers send it
 */
public record SubscriptionData(
        String topic,
        String subString,
        Set<String> tagsSet,
        Set<Integer> codeSet,
        long subVersion,
        String expressionType,
        boolean classFilterMode) {

    /** Kind of expression: a condition over properties. */
    public static final String SQL92 = "SQL92";

    /** Fills in what older clients leave out. */
    @SuppressWarnings("NullAway") // JSON readers hand over null for what was absent.
    public SubscriptionData {
        subString = subString == null ? "*" : subString;
        tagsSet = tagsSet == null ? Set.of() : tagsSet;
        codeSet = codeSet == null ? Set.of() : codeSet;
        expressionType = expressionType == null ? "TAG" : expressionType;
    }

    /** Returns the subscription of a tag expression such as {@code a || b} or {@code *}. */
    public static SubscriptionData ofTags(String topic, String expression, long subVersion) {
        Set<String> tags = new LinkedHashSet<>();
        Set<Integer> codes = new LinkedHashSet<>();
        String trimmed = expression.trim();
        if (!trimmed.isEmpty() && !trimmed.equals("*")) {
            Arrays.stream(trimmed.split("\\|\\|", -1))
                    .map(String::trim)
                    .filter(tag -> !tag.isEmpty())
                    .forEach(tags::add);
        }
        tags.forEach(tag -> codes.add(tag.hashCode()));
        return new SubscriptionData(topic, tags.isEmpty() ? "*" : expression, tags, codes, subVersion, "TAG", false);
    }

    /** Returns the subscription of an SQL92 condition over properties. */
    public static SubscriptionData ofSql(String topic, String expression, long subVersion) {
        return new SubscriptionData(topic, expression, Set.of(), Set.of(), subVersion, SQL92, false);
    }

    /** Returns whether this is the subscription of a tag expression. */
    @JsonIgnore
    public boolean isTagFilter() {
        return expressionType.isEmpty() || expressionType.equals("TAG");
    }

    /** Returns whether nothing is filtered. */
    @JsonIgnore
    public boolean isAll() {
        return isTagFilter() && tagsSet.isEmpty();
    }
}
