package io.ternmq.broker;

import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.TopicRouteData;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The executable: reads options, starts one broker, says so in one line, and closes it when the process is told to end. Exit codes: 0
 * for help, 1 if the broker cannot start, 2 for options that are not allowed. Its commands {@link VerifyStoreCommand} and
 * {@link RebuildIndexCommand} are for a broker that is not running.
 */
@Command(
        name = "ternmq-broker",
        mixinStandardHelpOptions = true,
        versionProvider = BrokerMain.Version.class,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Runs a TernMQ broker: name service and message broker on one port, for clients of Apache RocketMQ and"
                    + " TernMQ.",
            ""
        },
        footer = {"", BrokerMain.OTHER_WAYS})
public final class BrokerMain implements Callable<Integer> {
    static final String OTHER_WAYS =
            "Every option can also be given by an environment variable (--data-dir: TERNMQ_DATA_DIR) or in the YAML"
                    + " file of --config (data-dir: …). The command line wins over the environment, the environment"
                    + " over the file.";

    private final PrintStream out;

    @Mixin
    private BrokerOptions options = new BrokerOptions();

    @Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private BrokerMain(PrintStream out) {
        this.out = out;
    }

    /** Runs the broker until the process is told to end. */
    public static void main(String[] arguments) {
        configureLog();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(arguments, System.getenv(), out, System.err));
    }

    /** Runs with everything from outside passed in; returns the exit code. */
    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        CommandLine commandLine = new CommandLine(new BrokerMain(out));
        boolean atTerminal = ProgressBar.isAtTerminal();
        commandLine.addSubcommand(new VerifyStoreCommand(out, new ProgressBar(err, atTerminal, "verify-store")));
        commandLine.addSubcommand(new RebuildIndexCommand(out, new ProgressBar(err, atTerminal, "rebuild-index")));
        PrintWriter errors = new PrintWriter(err, true, StandardCharsets.UTF_8);
        commandLine.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        commandLine.setErr(errors);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((failure, given) -> {
            errors.println("ternmq-broker: " + failure.getMessage());
            errors.println("Try 'ternmq-broker --help' for all options.");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            errors.println("ternmq-broker: " + sentence(failure));
            return CommandLine.ExitCode.SOFTWARE;
        });
        try {
            commandLine.setDefaultValueProvider(OptionSources.of(arguments, environment, commandLine.getCommandSpec()));
        } catch (IllegalArgumentException e) {
            errors.println("ternmq-broker: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return commandLine.execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        BrokerConfig config;
        try {
            config = options.toConfig();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), e.getMessage(), e);
        }
        Broker broker;
        try {
            broker = Broker.start(config);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "ternmq-shutdown"));
        out.println("TernMQ " + version() + " is ready: address=" + broker.address() + ", data-dir="
                + broker.dataDirectory().toAbsolutePath().normalize() + ", flush="
                + config.storage().flush().name().toLowerCase(Locale.ROOT) + ", started in " + millisSinceStart()
                + " ms");
        // The first route would otherwise wait for the JSON mapper to load, on an io thread.
        JsonBodies.encode(new TopicRouteData(null, List.of(), List.of(), Map.of()))
                .release();
        new CountDownLatch(1).await();
        return CommandLine.ExitCode.OK;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("command line is not set up");
        }
        return spec.commandLine();
    }

    /** Says a failure in one sentence; failures of the broker's own come with one, those of the file system do not. */
    private static String sentence(Exception failure) {
        Throwable cause = failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;
        if (cause instanceof AccessDeniedException denied) {
            return "data directory is not writable: path=" + denied.getFile()
                    + "; give this user the right to write there, or choose another by data-dir";
        }
        if (cause instanceof FileSystemException file && file.getMessage() != null) {
            return "data directory cannot be used: path=" + file.getFile() + ", reason="
                    + (file.getReason() == null ? file.getClass().getSimpleName() : file.getReason())
                    + "; choose another by data-dir";
        }
        if (cause instanceof IOException && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return "broker cannot start: reason=" + cause;
    }

    private static long millisSinceStart() {
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.now());
        return Duration.between(started, Instant.now()).toMillis();
    }

    private static String version() {
        String version = BrokerMain.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    /** Has to happen before the first logger is made; settings given by -D stay. */
    private static void configureLog() {
        Map.of(
                        "org.slf4j.simpleLogger.showDateTime", "true",
                        "org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                        "org.slf4j.simpleLogger.showShortLogName", "true",
                        "org.slf4j.simpleLogger.log.io.netty", "warn")
                .forEach((key, value) -> System.setProperty(key, System.getProperty(key, value)));
    }

    /** Tells the version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"TernMQ broker " + version()};
        }
    }
}
