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

    /** Opens them in their order. If an error that nobody handles ends that, those that are open are closed. */
    static OpenScopes around(String listenerId, Delivery delivery, List<ListenerScope> scopes) {
        if (scopes.isEmpty()) {
            return NONE;
        }
        ListenerDelivery told = new ListenerDelivery(listenerId, delivery.group(), delivery.messages());
        OpenScopes opened = new OpenScopes(new ArrayList<>(scopes.size()));
        for (ListenerScope scope : scopes) {
            try {
                opened.open.add(scope.open(told));
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                LOG.warn(
                        "Scope could not be opened, the message is handled without it: listener={}",
                        listenerId,
                        ListenerPipeline.interrupted(e));
            } catch (Error e) {
                opened.close(delivery);
                throw e;
            }
        }
        return opened;
    }

    /** Closes them all, the last one first. */
    void close(Delivery delivery) {
        if (open.isEmpty()) {
            return;
        }
        ListenerOutcome outcome = delivery.outcome();
        Error hopeless = null;
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close(outcome);
            } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
                LOG.warn(
                        "Scope could not be closed, the message goes its way: group={}",
                        delivery.group(),
                        ListenerPipeline.interrupted(e));
            } catch (Error e) {
                hopeless = e;
            }
        }
        if (hopeless != null) {
            throw hopeless;
        }
    }
}
