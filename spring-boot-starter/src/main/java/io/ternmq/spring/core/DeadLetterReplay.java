package io.ternmq.spring.core;

import io.ternmq.client.MQClientException;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.client.admin.DeadLetterPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Sends dead letters of a group once more to the topics they came from, say after the listener was repaired. All groups of such
 * a topic get the message. The letters stay where they are, so that a second replay sends them a second time: choose by {@link
 * DeadLetter#deadSince()} if there are several. Each cluster has one, with its name as qualifier. Safe for use by many threads.
 */
public final class DeadLetterReplay {

    private static final int PAGE = 100;

    /**
     * What a replay has done.
     *
     * @param seen how many letters there were
     * @param resent how many were sent
     * @param failures those that were chosen, and could not be sent
     */
    public record Report(int seen, int resent, List<Failure> failures) {

        public Report {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A letter that could not be sent.
     *
     * @param letter the letter
     * @param reason why not
     */
    public record Failure(DeadLetter letter, MQClientException reason) {}

    private final Supplier<AdminClient> admin;

    /**
     * Makes it.
     *
     * @param admin makes the client for a replay, which is closed after it
     */
    public DeadLetterReplay(Supplier<AdminClient> admin) {
        this.admin = admin;
    }

    /**
     * Sends the chosen letters of those that are there when it begins, oldest first. Blocks. One that cannot be sent does not keep the
     * others from it.
     *
     * @param group the group that has given up on them
     * @param which chooses among them
     * @throws MQClientException if the letters cannot be read
     */
    public Report replay(String group, Predicate<DeadLetter> which) {
        Instant begun = Instant.now();
        int seen = 0;
        int resent = 0;
        List<Failure> failures = new ArrayList<>();
        try (AdminClient client = admin.get()) {
            DeadLetterPage page = client.deadLetters(group, PAGE);
            boolean more = true;
            while (more) {
                for (DeadLetter letter : page.letters()) {
                    // What dies anew of this replay is not replayed again by it.
                    if (letter.deadSince().isAfter(begun)) {
                        continue;
                    }
                    seen++;
                    if (which.test(letter)) {
                        try {
                            client.resend(letter);
                            resent++;
                        } catch (MQClientException e) {
                            failures.add(new Failure(letter, e));
                        }
                    }
                }
                Map<TopicPartition, Long> next = page.next();
                more = !page.last() && !page.letters().isEmpty();
                if (more) {
                    page = client.deadLetters(group, next, PAGE);
                }
            }
        }
        return new Report(seen, resent, failures);
    }
}
