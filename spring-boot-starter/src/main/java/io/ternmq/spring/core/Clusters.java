package io.ternmq.spring.core;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The clusters that an application uses, by name, with an admin client for each, made when it is first asked for. Safe for
 * use by many threads.
 */
public final class Clusters implements AutoCloseable {

    /** The name of the cluster that the {@code ternmq.*} properties themselves describe. */
    public static final String DEFAULT = "default";

    private final Map<String, ClientConfig> clients;
    private final Map<String, AdminClient> admins = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Makes the clusters.
     *
     * @param clients how to reach them, by name, the default one among them
     */
    public Clusters(Map<String, ClientConfig> clients) {
        this.clients = new LinkedHashMap<>(clients);
    }

    /** The names, the default one first. */
    public Set<String> names() {
        return Collections.unmodifiableSet(clients.keySet());
    }

    /**
     * How to reach a cluster.
     *
     * @throws IllegalArgumentException if there is no cluster of that name
     */
    public ClientConfig client(String cluster) {
        ClientConfig client = clients.get(cluster);
        if (client == null) {
            throw new IllegalArgumentException("there is no such cluster: cluster=" + cluster + ", clusters="
                    + clients.keySet() + "; configure ternmq.clusters." + cluster + ".name-server");
        }
        return client;
    }

    /** The name of the cluster that is reached in the given way, or {@code null} if it is none of these. */
    public @Nullable String nameOf(ClientConfig client) {
        for (Map.Entry<String, ClientConfig> cluster : clients.entrySet()) {
            if (cluster.getValue().equals(client)) {
                return cluster.getKey();
            }
        }
        return null;
    }

    /**
     * The admin client of a cluster; it is closed with this.
     *
     * @throws IllegalArgumentException if there is no cluster of that name
     * @throws IllegalStateException if this is closed
     */
    public synchronized AdminClient admin(String cluster) {
        if (closed) {
            throw new IllegalStateException("the application is shutting down: cluster=" + cluster);
        }
        ClientConfig client = client(cluster);
        return admins.computeIfAbsent(cluster, name -> AdminClient.create(client));
    }

    @Override
    public synchronized void close() {
        closed = true;
        admins.values().forEach(AdminClient::close);
        admins.clear();
    }
}
