package io.ternmq.test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The messages of a topic, narrowed down step by step, and looked at now or awaited. It looks into the broker: no consumer is needed, and none
 * is disturbed.
 *
 * <pre>{@code
 * assertThat(broker.published("orders").withTag("pay").await(2))
 *         .extracting(PublishedMessage::text)
 *         .containsExactly("A1", "A2");
 * }</pre>
 *
 * Immutable; each look is a new one.
 */
public final class PublishedMessages {

    private final String description;
    private final Duration patience;
    private final Supplier<List<PublishedMessage>> source;

    PublishedMessages(String description, Duration patience, Supplier<List<PublishedMessage>> source) {
        this.description = description;
        this.patience = patience;
        this.source = source;
    }

    /** Those with a tag. */
    public PublishedMessages withTag(String tag) {
        return with("tag=" + tag, message -> tag.equals(message.tag()));
    }

    /** Those with a key. */
    public PublishedMessages withKey(String key) {
        return with("key=" + key, message -> message.keys().contains(key));
    }

    /** Those with a property. */
    public PublishedMessages withProperty(String name, String value) {
        return with(name + "=" + value, message -> Objects.equals(value, message.property(name)));
    }

    /** Those whose text fulfils a condition. */
    public PublishedMessages withText(Predicate<String> condition) {
        return with("text matches", message -> condition.test(message.text()));
    }

    /** Those that fulfil a condition. */
    public PublishedMessages with(String what, Predicate<PublishedMessage> condition) {
        return new PublishedMessages(
                description + ", " + what,
                patience,
                () -> source.get().stream().filter(condition).toList());
    }

    /** The same, awaited for another time than thirty seconds. */
    public PublishedMessages within(Duration time) {
        return new PublishedMessages(description, time, source);
    }

    /** Those that are there now, in the order in which they were stored. */
    public List<PublishedMessage> now() {
        return source.get();
    }

    /**
     * Waits until there are so many, or more, and returns them.
     *
     * @throws AssertionError if there are not; it tells what there is instead
     */
    public List<PublishedMessage> await(int count) {
        return Waiting.until(
                patience, source, found -> found.size() >= count, found -> failure(count + " or more", found));
    }

    /**
     * Waits until there is one, and returns it.
     *
     * @throws AssertionError if there is none, or more than one
     */
    public PublishedMessage awaitOne() {
        List<PublishedMessage> found = await(1);
        if (found.size() != 1) {
            throw new AssertionError(failure("exactly 1", found));
        }
        return found.get(0);
    }

    private String failure(String expected, List<PublishedMessage> found) {
        return "messages expected: " + description + ", expected=" + expected + ", found=" + found.size() + ", waited="
                + patience
                + found.stream()
                        .map(message -> System.lineSeparator() + "  " + message)
                        .collect(Collectors.joining());
    }
}
