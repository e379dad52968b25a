package io.ternmq.broker.group;

import io.ternmq.broker.base.Clock;
import io.ternmq.protocol.Language;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The producers that are online, by group. Thread safe; connections that close are forgotten. */
public final class Producers {
    private final Clock clock;
    private final Map<String, Map<ClientConnection, Member>> groups = new HashMap<>();
    private final Map<ClientConnection, String> watched = new HashMap<>();
    private final Map<String, ClientConnection> clients = new HashMap<>();

    /** Creates the registry, empty. */
    public Producers(Clock clock) {
        this.clock = clock;
    }

    /** Takes note of a heartbeat; one over a closed connection is dropped. */
    public void heartbeat(ClientConnection connection, String clientId, Language language, int version, String group) {
        if (!connection.isOpen()) {
            return;
        }
        boolean first;
        synchronized (this) {
            groups.computeIfAbsent(group, absent -> new HashMap<>())
                    .put(connection, new Member(clientId, connection, language, version, Map.of(), clock.millis()));
            first = watched.put(connection, clientId) == null;
            clients.put(clientId, connection);
        }
        if (first) {
            connection.onClose(() -> closed(connection));
        }
    }

    /**
     * Takes note that a client has sent a request and waits for the reply, which may come before its first heartbeat. A connection that is known
     * for the client stays, as long as it is open.
     */
    public void asks(ClientConnection connection, String clientId) {
        if (!connection.isOpen()) {
            return;
        }
        boolean first;
        synchronized (this) {
            ClientConnection known = clients.get(clientId);
            if (known == connection || (known != null && known.isOpen())) {
                return;
            }
            clients.put(clientId, connection);
            first = watched.put(connection, clientId) == null;
        }
        if (first) {
            connection.onClose(() -> closed(connection));
        }
    }

    /** Takes a client out of a group. */
    public synchronized void leave(ClientConnection connection, String group) {
        Map<ClientConnection, Member> members = groups.get(group);
        if (members != null && members.remove(connection) != null && members.isEmpty()) {
            groups.remove(group);
        }
    }

    /** Returns who is online in a group. */
    public synchronized Collection<Member> members(String group) {
        return List.copyOf(groups.getOrDefault(group, Map.of()).values());
    }

    /** Returns the connection of a client that has been heard of as a producer or a requester, or {@code null}. */
    public synchronized @Nullable ClientConnection connection(String clientId) {
        return clients.get(clientId);
    }

    /** Returns who is online, by group. */
    public synchronized Map<String, List<Member>> all() {
        Map<String, List<Member>> all = new HashMap<>();
        groups.forEach((group, members) -> all.put(group, List.copyOf(members.values())));
        return all;
    }

    /** Drops clients that have been silent for as long as {@link Consumers#SILENCE}. */
    public synchronized void expire() {
        long since = clock.millis() - Consumers.SILENCE.toMillis();
        groups.values().forEach(members -> members.values().removeIf(member -> member.lastHeartbeat() < since));
        groups.values().removeIf(Map::isEmpty);
    }

    private synchronized void closed(ClientConnection connection) {
        String clientId = watched.remove(connection);
        if (clientId != null) {
            clients.remove(clientId, connection);
        }
        groups.values().forEach(members -> members.remove(connection));
        groups.values().removeIf(Map::isEmpty);
    }
}
