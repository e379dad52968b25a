package io.ternmq.spring.listener;

import io.ternmq.client.Message;
import io.ternmq.spring.support.PayloadTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the methods of a listener that is a class. Tag and topic decide first; among several methods for the same ones the type
 * that the message names for its payload does, and what names none, or one that no method is for, goes to the method that leaves the type open. Only types of methods,
 * and those that {@link PayloadTypes} knows, are believed. Immutable.
 */
final class Dispatch {

    /** What anything can be read as, and so says nothing about what is wanted. */
    private static final Set<Class<?>> OPEN =
            Set.of(Object.class, byte[].class, String.class, CharSequence.class, Map.class);

    /** By name, because Jackson is not to be loaded before the first object. */
    private static final String JSON_TREE = "tools.jackson.databind.JsonNode";

    private final List<Candidate> candidates;
    private final PayloadTypes types;

    /**
     * One of the methods.
     *
     * @param wanted what it is for
     * @param payload what it reads the payload as
     * @param callee calls it
     */
    record Candidate(TagMethod wanted, Class<?> payload, Callee callee) {

        boolean isOpen() {
            return OPEN.contains(payload) || payload.getName().equals(JSON_TREE);
        }

        boolean takes(Class<?> type) {
            return !isOpen() && payload.isAssignableFrom(type);
        }

        String name() {
            return wanted.method().toGenericString();
        }
    }

    /**
     * Makes it.
     *
     * @throws IllegalListenerException if two methods want the same messages
     */
    Dispatch(List<Candidate> candidates, PayloadTypes types) {
        this.candidates = List.copyOf(candidates);
        this.types = types;
        for (int i = 0; i < candidates.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (candidates.get(i).wanted().collidesWith(candidates.get(j).wanted())) {
                    check(candidates.get(i), candidates.get(j));
                }
            }
        }
    }

    private void check(Candidate one, Candidate other) {
        if (one.payload() == other.payload() || (one.isOpen() && other.isOpen())) {
            throw new IllegalListenerException(
                    one.wanted().method(),
                    "it wants the same messages as " + other.name(),
                    "give each method of the class its own tags or its own type of payload, and let at most one take"
                            + " all others");
        }
        types.ids().forEach((id, type) -> {
            if (one.takes(type) && other.takes(type) && nearest(alike(one, other), type) == null) {
                throw new IllegalListenerException(
                        one.wanted().method(),
                        "it wants the same messages as " + other.name() + ": the type of id=" + id
                                + " is what both of them take",
                        "add a method for " + type.getName() + " itself");
            }
        });
    }

    /** All methods for messages that are for both of these. */
    private List<Candidate> alike(Candidate one, Candidate other) {
        return candidates.stream()
                .filter(candidate -> candidate.wanted().collidesWith(one.wanted())
                        && candidate.wanted().collidesWith(other.wanted()))
                .toList();
    }

    /**
     * The method for a message.
     *
     * @throws NoHandlerException if there is none
     */
    Callee choose(Message message) {
        List<Candidate> all = new ArrayList<>();
        for (int level = TagMethod.BEST; level > 0; level--) {
            List<Candidate> suited = suited(message, level);
            Candidate chosen = suited.size() > 1 ? byType(suited, message) : suited.isEmpty() ? null : suited.get(0);
            if (chosen != null) {
                return chosen.callee();
            }
            all.addAll(suited);
        }
        throw all.isEmpty()
                ? new NoHandlerException(message.getTopic(), message.getTag())
                : NoHandlerException.ofType(message.getTopic(), message.getTag(), named(message), namesOf(all));
    }

    private List<Candidate> suited(Message message, int level) {
        List<Candidate> suited = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            if (candidate.wanted().suits(message.getTopic(), message.getTag()) == level) {
                suited.add(candidate);
            }
        }
        return suited;
    }

    private @Nullable Candidate byType(List<Candidate> suited, Message message) {
        Class<?> type = typeOf(message, suited);
        if (type != null && suited.stream().anyMatch(candidate -> candidate.takes(type))) {
            Candidate nearest = nearest(suited, type);
            if (nearest == null) {
                throw NoHandlerException.ofTypes(
                        message.getTopic(),
                        message.getTag(),
                        named(message),
                        namesOf(suited.stream()
                                .filter(candidate -> candidate.takes(type))
                                .toList()));
            }
            return nearest;
        }
        return suited.stream().filter(Candidate::isOpen).findFirst().orElse(null);
    }

    private @Nullable Class<?> typeOf(Message message, List<Candidate> suited) {
        String name = message.getUserProperties(types.header());
        if (name == null) {
            return null;
        }
        for (Candidate candidate : suited) {
            if (candidate.payload().getName().equals(name)) {
                return candidate.payload();
            }
        }
        return types.typeOf(name);
    }

    /** The method whose type is the nearest to that of a payload, or {@code null} if there is none or it cannot be told. */
    private static @Nullable Candidate nearest(List<Candidate> suited, Class<?> type) {
        Candidate nearest = null;
        for (Candidate candidate : suited) {
            if (candidate.takes(type) && (nearest == null || nearest.payload().isAssignableFrom(candidate.payload()))) {
                nearest = candidate;
            }
        }
        Candidate found = nearest;
        return found != null
                        && suited.stream()
                                .filter(candidate -> candidate.takes(type))
                                .allMatch(candidate -> candidate.payload().isAssignableFrom(found.payload()))
                ? found
                : null;
    }

    private String named(Message message) {
        String name = message.getUserProperties(types.header());
        return types.header() + "=" + (name == null ? "" : name);
    }

    private static List<String> namesOf(List<Candidate> candidates) {
        return candidates.stream()
                .map(candidate -> candidate.payload().getName())
                .toList();
    }
}
