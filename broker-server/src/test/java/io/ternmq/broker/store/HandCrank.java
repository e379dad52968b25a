package io.ternmq.broker.store;

import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Stands in for the store's threads: agents work when the test turns the crank, and only then. */
final class HandCrank implements Function<Agent, Running> {
    private final List<Agent> agents = new ArrayList<>();

    @Override
    public Running apply(Agent agent) {
        agents.add(agent);
        return new Running() {
            @Override
            public void wake() {
                // Only the test decides when to work.
            }

            @Override
            public void close() {
                agents.remove(agent);
            }
        };
    }

    void flush() {
        turn("ternmq-flush");
    }

    void keepHouse() {
        turn("ternmq-store");
    }

    /** Does a piece of work for the next segment, if this store does that. */
    void prepareSegment() {
        agents.stream().filter(agent -> agent.name().equals("ternmq-prepare")).forEach(Agent::work);
    }

    private void turn(String name) {
        agents.stream()
                .filter(agent -> agent.name().equals(name))
                .findFirst()
                .orElseThrow()
                .work();
    }
}
