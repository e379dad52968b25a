package io.ternmq.benchmarks.load;

import io.ternmq.benchmarks.client.ClientFactory;
import io.ternmq.benchmarks.client.ClientKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the load generator: one run for each combination of sizes, threads and brokers, one line a run. */
@Command(
        name = "load",
        description = "Drives a broker that speaks the remoting protocol and prints one line a run.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
public final class LoadCommand implements Callable<Integer> {
    @Spec
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(
            names = "--name-server",
            required = true,
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Name servers to ask; several, of brokers to compare, take turns.")
    private List<String> nameServers = List.of();

    @Option(names = "--client", description = "Client that makes the load: ${COMPLETION-CANDIDATES}.")
    private ClientKind client = ClientKind.ternmq;

    @Option(names = "--mode", description = "What to do: ${COMPLETION-CANDIDATES}.")
    private Mode mode = Mode.sync;

    @Option(names = "--threads", split = ",", description = "Sending threads; consuming ones in mode consume.")
    private List<Integer> threads = List.of(16);

    @Option(names = "--size", split = ",", description = "Bytes of a body, 16 or more.")
    private List<Integer> sizes = List.of(1024);

    @Option(names = "--in-flight", description = "Mode async: sends that wait for their answer at most.")
    private int inFlight = 1000;

    @Option(names = "--batch", description = "Modes batch and consume: messages in one request.")
    private int batch = 32;

    @Option(names = "--rate", description = "Mode e2e: messages a second, all threads together.")
    private int rate = 1000;

    @Option(names = "--consume-threads", description = "Mode e2e: consuming threads.")
    private int consumeThreads = 20;

    @Option(names = "--backlog", description = "Mode consume: messages to send before.")
    private int backlog = 200_000;

    @Option(names = "--warmup", paramLabel = "SECONDS", description = "Time before the window.")
    private double warmupSeconds = 5;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "The window; in mode consume its limit.")
    private double durationSeconds = 10;

    @Option(names = "--topic", description = "Topic to use; by default a new one a run.")
    private @Nullable String topic;

    @Option(
            names = "--server-pid",
            split = ",",
            paramLabel = "PID",
            description = "Processes of the brokers, to tell their CPU time a message; in the order of --name-server.")
    private List<Long> serverPids = List.of();

    @Option(
            names = "--server",
            split = ",",
            paramLabel = "NAME",
            description = "Names of the brokers in the first column; by default their addresses.")
    private List<String> serverNames = List.of();

    @Option(names = "--rounds", description = "How often to repeat everything.")
    private int rounds = 1;

    @Option(names = "--tsv", description = "Separate columns with tabs.")
    private boolean tsv;

    @Option(names = "--no-header", description = "Leave the header out.")
    private boolean noHeader;

    /** For the command line. */
    public LoadCommand() {}

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || rounds > 1000) {
            throw new ParameterException(
                    spec.commandLine(), "--rounds=" + rounds + " is not allowed; allowed: 1 to 1000");
        }
        List<Server> servers = servers();
        RowWriter rows = new RowWriter(spec.commandLine().getOut(), tsv, client);
        ClientFactory clients = client.factory();
        if (!noHeader) {
            rows.header();
        }
        int exit = 0;
        for (int round = 0; round < rounds; round++) {
            for (int size : sizes) {
                for (int count : threads) {
                    for (Server server : servers) {
                        exit = Math.max(exit, run(server, settings(server, size, count), clients, rows));
                    }
                }
            }
        }
        return exit;
    }

    private int run(Server server, LoadSettings settings, ClientFactory clients, RowWriter rows) {
        try {
            for (Row row : new LoadRun(settings, clients, server.cpu()).run()) {
                rows.row(server.name(), row, settings.size());
            }
            return 0;
        } catch (Exception e) {
            spec.commandLine().getErr().println("the run failed: " + settings);
            e.printStackTrace(spec.commandLine().getErr());
            return 1;
        }
    }

    private List<Server> servers() {
        checkAsMany("--server-pid", serverPids);
        checkAsMany("--server", serverNames);
        List<Server> servers = new ArrayList<>();
        try {
            for (int i = 0; i < nameServers.size(); i++) {
                String address = nameServers.get(i);
                OptionalLong pid = serverPids.isEmpty() ? OptionalLong.empty() : OptionalLong.of(serverPids.get(i));
                servers.add(
                        new Server(address, serverNames.isEmpty() ? address : serverNames.get(i), new CpuClock(pid)));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return servers;
    }

    private void checkAsMany(String option, List<?> values) {
        if (!values.isEmpty() && values.size() != nameServers.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " names " + values.size() + ", --name-server names " + nameServers.size()
                            + "; name as many of both");
        }
    }

    private LoadSettings settings(Server server, int size, int count) {
        try {
            String name = topic != null ? topic : "load-" + mode + "-" + size + "-" + count + "-" + System.nanoTime();
            return new LoadSettings(
                    server.address(),
                    name,
                    mode,
                    count,
                    inFlight,
                    batch,
                    size,
                    rate,
                    backlog,
                    consumeThreads,
                    seconds(warmupSeconds),
                    seconds(durationSeconds));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** A broker to drive. */
    private record Server(String address, String name, CpuClock cpu) {}
}
