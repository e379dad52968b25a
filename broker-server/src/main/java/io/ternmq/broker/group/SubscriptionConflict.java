package io.ternmq.broker.group;

import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.ResourceNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Members of one group subscribe differently, so that each misses messages that the others filter out or do not know of. Two of them describe the same conflict
 * alike, whoever is heard of first. Immutable.
 *
 * @param clients the client ids, sorted, by what they subscribe to, in words such as {@code orders: a || b}
 */
public record SubscriptionConflict(Map<String, List<String>> clients) {
    private static final int SHOWN_CLIENTS = 3;
    private static final int SHOWN_VARIANTS = 4;

    /** Compares the members of a group; {@code null} if all subscribe alike. */
    static @Nullable SubscriptionConflict find(Collection<Member> members) {
        Map<String, TreeSet<String>> byWish = new TreeMap<>();
        for (Member member : members) {
            byWish.computeIfAbsent(wish(member), absent -> new TreeSet<>()).add(member.clientId());
        }
        if (byWish.size() < 2) {
            return null;
        }
        Map<String, List<String>> clients = new TreeMap<>();
        byWish.forEach((wish, ids) -> clients.put(wish, List.copyOf(ids)));
        return new SubscriptionConflict(clients);
    }

    /** What a member subscribes to, alike for subscriptions that mean the same; topics of retries, which clients add by themselves, aside. */
    private static String wish(Member member) {
        return member.subscriptions().values().stream()
                .filter(subscription -> !ResourceNames.isRetryTopic(subscription.topic()))
                .map(SubscriptionConflict::wish)
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String wish(SubscriptionData subscription) {
        if (!subscription.isTagFilter()) {
            return subscription.topic() + ": " + subscription.expressionType() + " "
                    + subscription.subString().trim();
        }
        return subscription.topic() + ": "
                + (subscription.isAll() ? "*" : String.join(" || ", new TreeSet<>(subscription.tagsSet())));
    }

    /** Says in words who subscribes to what, of many clients or wishes the first few. */
    public String describe() {
        String wishes = clients.entrySet().stream()
                .limit(SHOWN_VARIANTS)
                .map(entry -> few(entry.getValue()) + " -> [" + entry.getKey() + "]")
                .collect(Collectors.joining(", "));
        return wishes + (clients.size() > SHOWN_VARIANTS ? ", and " + (clients.size() - SHOWN_VARIANTS) + " more" : "");
    }

    private static String few(List<String> ids) {
        return ids.stream().limit(SHOWN_CLIENTS).collect(Collectors.joining(", "))
                + (ids.size() > SHOWN_CLIENTS ? " and " + (ids.size() - SHOWN_CLIENTS) + " more" : "");
    }
}
