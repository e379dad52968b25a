package io.ternmq.spring.doctor;

import io.ternmq.client.ConsumerState;
import io.ternmq.spring.listener.ListenerContainer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What can be seen in this process. */
final class LocalRules {

    /** So many failures in a row are not about single messages. */
    private static final int FAILING = 3;

    /** If one of these is true, the cluster need not be asked. */
    static final List<Rule> DECISIVE = List.of(LocalRules::notRunning, LocalRules::paused);

    static final List<Rule> OTHERS = List.of(LocalRules::stuck, LocalRules::failing, LocalRules::cacheFull);

    private LocalRules() {}

    static Optional<Finding> notRunning(Case patient) {
        return patient.listener().isRunning()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.NOT_RUNNING,
                        "the listener is not running: listener=" + patient.id() + ", autoStartup="
                                + patient.listener().autoStartup(),
                        "start it, by the endpoint or the registry; the log tells if it could not start"));
    }

    static Optional<Finding> paused(Case patient) {
        return patient.listener().isPaused()
                ? Optional.of(new Finding(
                        Cause.PAUSED,
                        "the listener is paused: listener=" + patient.id(),
                        "resume it, by the endpoint or the registry"))
                : Optional.empty();
    }

    static Optional<Finding> stuck(Case patient) {
        return patient.stuckCall()
                .map(call -> new Finding(
                        Cause.STUCK,
                        "the listener's method does not return: listener=" + patient.id() + ", for="
                                + patient.age(call).toSeconds() + "s, " + call.message() + ", thread="
                                + call.thread().getName() + call.stack() + "\n",
                        "see what it waits for; give what it calls a time-out"));
    }

    static Optional<Finding> failing(Case patient) {
        CallRecord record = patient.record();
        return record.failuresInRow() < FAILING
                ? Optional.empty()
                : Optional.of(new Finding(
                        Cause.FAILING,
                        "the listener fails on each message: listener=" + patient.id() + ", failuresInRow="
                                + record.failuresInRow() + ", lastError=" + record.lastError(),
                        "mend the listener; " + whatBecomesOfMessages(patient.listener())));
    }

    private static String whatBecomesOfMessages(ListenerContainer listener) {
        OptionalInt limit = listener.maxReconsumeTimes();
        return limit.isPresent()
                ? "the messages come again, and are dead letters after " + limit.getAsInt() + " times"
                : "the messages come again until they succeed, and hold up what is behind them in their queues";
    }

    static Optional<Finding> cacheFull(Case patient) {
        return patient.state()
                .filter(ConsumerState::isCacheFull)
                .map(state -> new Finding(
                        Cause.CACHE_FULL,
                        "the listener holds as much as it may, and fetches no more until there is room: messages="
                                + state.cachedMessages() + ", maxCachedMessages=" + state.maxCachedMessages()
                                + ", bytes=" + state.cachedBytes() + ", maxCachedBytes=" + state.maxCachedBytes(),
                        "make the listener faster, raise its concurrency, or start more members of the group"));
    }
}
