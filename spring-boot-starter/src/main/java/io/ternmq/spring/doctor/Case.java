package io.ternmq.spring.doctor;

import io.ternmq.client.ConsumerState;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupMembers;
import io.ternmq.spring.listener.ListenerContainer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the rules look at: a listener, what is known of it here, and whom to ask about the rest. Confined to one thread. */
final class Case {

    private final ListenerContainer listener;
    private final Optional<ConsumerState> state;
    private final CallWatch calls;
    private final Duration stuckAfter;
    private final Supplier<AdminClient> admin;
    private Optional<GroupMembers> members = Optional.empty();
    private boolean membersAsked;
    private @Nullable List<TagSample> samples;

    Case(ListenerContainer listener, CallWatch calls, Duration stuckAfter, Supplier<AdminClient> admin) {
        this.listener = listener;
        this.state = listener.state();
        this.calls = calls;
        this.stuckAfter = stuckAfter;
        this.admin = admin;
    }

    ListenerContainer listener() {
        return listener;
    }

    String id() {
        return listener.id();
    }

    String group() {
        return listener.config().groupId();
    }

    List<String> topics() {
        return listener.topics();
    }

    /** What its consumer tells, if there is one and it tells. */
    Optional<ConsumerState> state() {
        return state;
    }

    CallRecord record() {
        return calls.record(id());
    }

    /** The call that has been running for too long, the oldest if there are several. */
    Optional<RunningCall> stuckCall() {
        return calls.running(id()).stream()
                .filter(call -> call.age(calls.nanos()).compareTo(stuckAfter) >= 0)
                .min((a, b) -> Long.compare(a.startNanos(), b.startNanos()));
    }

    Duration age(RunningCall call) {
        return call.age(calls.nanos());
    }

    AdminClient admin() {
        return admin.get();
    }

    /** Who the cluster knows of the group, asked once. */
    Optional<GroupMembers> members() {
        if (!membersAsked) {
            members = admin().members(group());
            membersAsked = true;
        }
        return members;
    }

    /** What was seen of the topics of whose messages the listener wants none, looked at once. */
    Stream<TagSample> excluding() {
        List<TagSample> known = samples;
        if (known == null) {
            known = listener.subscriptions().entrySet().stream()
                    .flatMap(entry -> TagSample.of(this, entry.getKey(), entry.getValue()).stream())
                    .filter(TagSample::excludes)
                    .toList();
            samples = known;
        }
        return known.stream();
    }
}
