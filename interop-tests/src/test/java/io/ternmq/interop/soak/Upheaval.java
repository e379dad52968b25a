package io.ternmq.interop.soak;

import io.ternmq.client.Admin;
import io.ternmq.interop.InteropLab;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.TernMQMember;
import io.ternmq.interop.peer.TernMQServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What befalls broker and consumers meanwhile: members join, leave and crash, one process of each client, and the broker is stopped once and killed twice
 * in each round. A round takes two minutes, or as long as the soak if that is shorter. For one thread.
 */
final class Upheaval implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Upheaval.class);
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);

    private final InteropLab lab;
    private final TernMQServer server;
    private final SoakGroups groups;
    private final List<Admin> passing = new ArrayList<>();
    private TernMQMember member;
    private GenuineClient genuine;

    /** Something that happens when a part of a round is over. */
    private record Event(double part, String what, Runnable action) {}

    Upheaval(InteropLab lab, TernMQServer server, SoakGroups groups) {
        this.lab = lab;
        this.server = server;
        this.groups = groups;
        this.member = groups.memberProcess();
        this.genuine = startGenuine();
    }

    /** Goes on until the time is over. */
    void during(Duration time) throws InterruptedException {
        Duration round = time.compareTo(LONGEST_ROUND) < 0 ? time : LONGEST_ROUND;
        long end = System.nanoTime() + time.toNanos();
        for (long start = System.nanoTime(); start < end; start += round.toNanos()) {
            for (Event event : events()) {
                waitUntil(Math.min(end, start + (long) (round.toNanos() * event.part())));
                if (System.nanoTime() < end) {
                    LOGGER.info("soak: {}", event.what());
                    event.action().run();
                }
            }
            waitUntil(Math.min(end, start + round.toNanos()));
        }
    }

    private List<Event> events() {
        return List.of(
                new Event(0.08, "members join", () -> passing.addAll(groups.passingMembers())),
                new Event(0.16, "a process with our members crashes", member::kill),
                new Event(0.25, "the broker is killed", server::killAndStartAgain),
                new Event(0.40, "a process with genuine members crashes", genuine::kill),
                new Event(0.44, "another one starts", () -> genuine = startGenuine()),
                new Event(0.50, "members leave", this::leave),
                new Event(0.56, "the broker is stopped", server::stopAndStartAgain),
                new Event(0.68, "a process with our members starts", () -> member = groups.memberProcess()),
                new Event(0.80, "the broker is killed again", server::killAndStartAgain));
    }

    private GenuineClient startGenuine() {
        GenuineClient started = lab.freshClient(GenuineVersion.V5_5_0);
        groups.genuineMembers(started);
        return started;
    }

    private void leave() {
        passing.forEach(Admin::close);
        passing.clear();
    }

    private static void waitUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
    }

    @Override
    public void close() {
        leave();
        member.close();
        genuine.close();
    }
}
