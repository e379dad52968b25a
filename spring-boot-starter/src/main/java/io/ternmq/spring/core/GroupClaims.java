package io.ternmq.spring.core;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MessageSelector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * For the starter's own packages; no part of its API. Which listener of an application has which consumer group: {@code @MessageListener} methods and consumer beans alike. A group gives each
 * message to one of its members, whichever, so that two listeners of one group would each miss some. Equal groups of different clusters
 * have nothing to do with each other; those of different instance names are taken for members of one group that somebody made on purpose. Another
 * application of the same JVM, such as a second context with the same configuration, is another instance with claims of its own. Safe for use by
 * many threads.
 */
public final class GroupClaims {

    /** The name of the bean of this type, one for each application. */
    public static final String BEAN_NAME = "ternMQGroupClaims";

    /** What a group is the same by: the addresses are those of one cluster in whatever order they are written. */
    private record Key(List<String> nameServers, String instanceName, String group) {

        static Key of(ClientConfig client, String group) {
            return new Key(List.copyOf(new TreeSet<>(client.nameServers())), client.instanceName(), group);
        }
    }

    /**
     * A listener that wants a group for itself.
     *
     * @param source where it is declared, such as {@code bean payments, shop.Payments.pay(String)}
     * @param subscriptions what it wants of which topics
     */
    public record Claimant(String source, Map<String, MessageSelector> subscriptions) {

        public Claimant {
            subscriptions = Map.copyOf(subscriptions);
        }

        /** With its subscriptions, for people. */
        @Override
        public String toString() {
            return source + " (subscribes to "
                    + subscriptions.entrySet().stream()
                            .map(entry ->
                                    entry.getKey() + ":" + entry.getValue().getSubExpression())
                            .sorted()
                            .collect(Collectors.joining(", "))
                    + ")";
        }
    }

    /** A claim, which ends by itself when the listener is gone. */
    private record Claim(Claimant claimant, BooleanSupplier gone) {}

    private final String scope = UUID.randomUUID().toString();
    private final Map<Key, Claim> claims = new LinkedHashMap<>();

    /** The claims of an application; made if it has none yet. */
    public static GroupClaims of(ConfigurableBeanFactory beans) {
        if (!beans.containsBean(BEAN_NAME)) {
            try {
                beans.registerSingleton(BEAN_NAME, new GroupClaims());
            } catch (IllegalStateException e) {
                if (!beans.containsBean(BEAN_NAME)) {
                    throw e;
                }
                // Another thread, which starts another bean, was faster.
            }
        }
        return beans.getBean(BEAN_NAME, GroupClaims.class);
    }

    /** What tells the clients of this application apart from those of other applications of the JVM, {@link ClientConfig#scope()}. */
    public String scope() {
        return scope;
    }

    /**
     * Gives a group to a listener.
     *
     * @throws DuplicateListenerException if another has it; names both
     */
    public void claim(ClientConfig client, String group, Claimant claimant) {
        claim(client, group, claimant, () -> false);
    }

    /** Gives a group to somebody until he is gone. */
    synchronized void claim(ClientConfig client, String group, Claimant claimant, BooleanSupplier gone) {
        Key key = Key.of(client, group);
        Claim known = claims.get(key);
        if (known == null || known.gone().getAsBoolean()) {
            claims.put(key, new Claim(claimant, gone));
        } else {
            Claimant first = known.claimant();
            boolean same = first.subscriptions().equals(claimant.subscriptions());
            throw new DuplicateListenerException(
                    "two listeners have the same group" + (same ? "" : " and subscribe differently") + ": group="
                            + group + ", first=" + first + ", second=" + claimant,
                    "each message of a group goes to one member only, whichever: give each listener its own group,"
                            + " or let one listener subscribe to everything");
        }
    }

    /** Takes a group back. */
    public synchronized void release(ClientConfig client, String group) {
        claims.remove(Key.of(client, group));
    }
}
