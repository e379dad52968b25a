package io.ternmq.client.internal.group;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.internal.connection.ClientRuntime;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The clients of this JVM, counted by their users: equal configurations share a client, all clients share the threads,
 * and when the last user is gone nothing is left.
 *
 * <p>{@link #shared()} is the one static holder of state in this module. It exists because the promise it keeps, a fixed
 * number of threads and a group only once, is one about the JVM.
 */
public final class ClientRegistry {

    private static final ClientRegistry SHARED = new ClientRegistry();

    private static final class Counted {
        private final ClientInstance instance;
        private int users;

        Counted(ClientInstance instance) {
            this.instance = instance;
        }
    }

    private final Map<ClientConfig, Counted> instances = new HashMap<>();
    private final Set<GroupClaim> claims = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger();
    private @Nullable ClientRuntime runtime;

    /** The one of this JVM. */
    public static ClientRegistry shared() {
        return SHARED;
    }

    /** The client of this configuration; to be given back by {@link #release}. */
    public synchronized ClientInstance acquire(ClientConfig config) {
        ClientRuntime threads = runtime;
        if (threads == null) {
            threads = new ClientRuntime();
            runtime = threads;
        }
        Counted counted = instances.get(config);
        if (counted == null) {
            InetAddress address = localAddress();
            counted = new Counted(new ClientInstance(config, clientId(config, address), address, threads, claims));
            instances.put(config, counted);
        }
        counted.users++;
        return counted.instance;
    }

    /** Gives a client back; the last user closes it. */
    public synchronized void release(ClientInstance instance) {
        instances.values().removeIf(counted -> {
            if (counted.instance != instance || --counted.users > 0) {
                return false;
            }
            counted.instance.close();
            return true;
        });
        if (instances.isEmpty() && runtime != null) {
            runtime.close();
            runtime = null;
        }
    }

    /** Unique among all processes: two clients of one id in a group would take each other's queues. */
    private String clientId(ClientConfig config, InetAddress address) {
        String name = config.instanceName().isEmpty() ? "" : config.instanceName() + "#";
        return address.getHostAddress() + "@" + name + ProcessHandle.current().pid() + "#"
                + Integer.toHexString(config.nameServers().hashCode()) + "#" + numbers.incrementAndGet() + "#"
                + Long.toString(System.nanoTime(), Character.MAX_RADIX);
    }

    /** An address that tells people which machine this is; nobody connects to it. */
    private static InetAddress localAddress() {
        InetAddress found = null;
        try {
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (network.isUp() && !network.isLoopback()) {
                    found = firstV4(network, found);
                }
            }
        } catch (SocketException e) {
            return InetAddress.getLoopbackAddress();
        }
        return found == null ? InetAddress.getLoopbackAddress() : found;
    }

    private static @Nullable InetAddress firstV4(NetworkInterface network, @Nullable InetAddress otherwise) {
        for (InterfaceAddress candidate : network.getInterfaceAddresses()) {
            InetAddress address = candidate.getAddress();
            if (otherwise == null && address.getAddress().length == 4 && !address.isLinkLocalAddress()) {
                return address;
            }
        }
        return otherwise;
    }
}
