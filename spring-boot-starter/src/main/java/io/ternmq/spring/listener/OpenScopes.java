package io.ternmq.spring.listener;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scopes that are open around one delivery. Confined to the thread that consumes. */
final class OpenScopes {

    private static final Logger LOG = LoggerFactory.getLogger(OpenScopes.class);

    private static final OpenScopes NONE = new OpenScopes(List.of());

    private final List<ListenerScope.Closing> open;

    private OpenScopes(List<ListenerScope.Closing> open) {
        this.open = open;
    }

    /** Opens them in their order. */
    static OpenScopes around(String listenerId, Delivery delivery, List<ListenerScope> scopes) {
        if (scopes.isEmpty()) {
            return NONE;
        }
        ListenerDelivery told = new ListenerDelivery(listenerId, delivery.group(), delivery.messages());
        List<ListenerScope.Closing> open = new ArrayList<>(scopes.size());
        for (ListenerScope scope : scopes) {
            try {
                open.add(scope.open(told));
            } catch (RuntimeException e) {
                LOG.warn("Scope could not be opened, the message is handled without it: listener={}", listenerId, e);
            }
        }
        return new OpenScopes(open);
    }

    /** Closes them, the last one first. */
    void close(Delivery delivery) {
        if (open.isEmpty()) {
            return;
        }
        ListenerOutcome outcome = delivery.outcome();
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close(outcome);
            } catch (RuntimeException e) {
                LOG.warn("Scope could not be closed, the message goes its way: group={}", delivery.group(), e);
            }
        }
    }
}
