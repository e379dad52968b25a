package io.ternmq.spring.devtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.PublishedMessage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application under DevTools: its classes are in a folder and belong to a class loader that each restart replaces, those of the libraries to
 * the JVM's own.
 */
@Timeout(180)
class DevToolsIT {

    private static final int RESTARTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    @TempDir
    private Path directory;

    private Producer producer;
    private MessageTemplate messages;
    private Process bakery;
    private int ownConnections;

    @BeforeEach
    void start() throws Exception {
        producer = MQFactory.createProducer(ProducerConfig.builder(ClientConfig.of(broker.address()), "customers")
                .build());
        producer.start();
        messages = MessageTemplate.create(
                producer, MessageMapper.json(JsonMapper.builder().build()));
        messages.convertAndSend("warm-up", "x");
        ownConnections = broker.connections();
        layOutProject();
        bakery = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        // Spring's caches refer to classes softly: let them go at once.
                        "-XX:SoftRefLRUPolicyMSPerMB=0",
                        "-cp",
                        classPath(),
                        Bakery.class.getName(),
                        "--spring.main.web-application-type=none",
                        "--spring.main.keep-alive=true",
                        "--spring.docker.compose.enabled=false",
                        "--spring.devtools.livereload.enabled=false",
                        "--spring.devtools.restart.trigger-file=.reload",
                        "--spring.devtools.restart.additional-paths=" + directory.resolve("project"),
                        "--spring.devtools.restart.poll-interval=100ms",
                        "--spring.devtools.restart.quiet-period=50ms",
                        "--ternmq.conversion.trusted-packages=" + Bakery.class.getPackageName(),
                        "--ternmq.consumer.consume-from=earliest",
                        "--ternmq.name-server=" + broker.address())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    @AfterEach
    void stop() {
        bakery.destroyForcibly();
        bakery.onExit().join();
        producer.shutdown();
    }

    @Test
    void restartsLeaveOneApplicationThatConsumesOnce() throws Exception {
        Bakery.Report first =
                await().atMost(PATIENCE).until(() -> inspect(), report -> report.start() == 1 && isAtRest(report));
        int connections = connections();
        orderAndTake(1);

        for (int start = 2; start <= RESTARTS + 1; start++) {
            compileAnew(start);
            int expected = start;
            await().atMost(PATIENCE).until(() -> inspect(), report -> report.start() == expected);
            orderAndTake(start);
        }

        Bakery.Report last = inspect();
        assertThat(last.restartable()).isTrue();
        await("threads and connections are those of one application")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(threads(inspect())).hasSameElementsAs(threads(first));
                    assertThat(inspect().threads().size())
                            .isLessThanOrEqualTo(first.threads().size() + 1);
                    assertThat(connections()).isEqualTo(connections);
                });
        assertThat(broker.published("shelf").now())
                .extracting(PublishedMessage::text)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, RESTARTS + 1)
                        .mapToObj(start -> start + " by start " + start + ", own class: true")
                        .toList());
        assertThat(members("bakery")).isOne();
        await("loaders of earlier starts can be collected")
                .atMost(PATIENCE)
                .until(() -> inspect().liveLoaders(), live -> live >= 1 && live <= 2);
    }

    /** A class is newer than before; the trigger file says that this was the last of them. */
    private void compileAnew(int start) throws IOException {
        Path project = directory.resolve("project");
        Files.setLastModifiedTime(
                project.resolve(Bakery.class.getName().replace('.', '/') + ".class"),
                FileTime.from(Instant.now().plusSeconds(start)));
        Files.writeString(project.resolve(".reload"), "for start " + start);
    }

    private void orderAndTake(int crumbs) {
        messages.convertAndSend("orders", new Bakery.Bun(crumbs));
        broker.published("shelf").within(PATIENCE).await(crumbs);
        broker.group("bakery").awaitConsumed();
        broker.group("shelf").awaitConsumed();
    }

    /** Asks the application that runs now; {@code null} while none does. */
    private Bakery.Report inspect() {
        if (!bakery.isAlive()) {
            throw new IllegalStateException("the application has ended: " + log());
        }
        try {
            return messages.sendAndReceive("questions", "?", Bakery.Report.class, Duration.ofSeconds(2));
        } catch (RuntimeException e) {
            return new Bakery.Report(0, false, 0, List.of());
        }
    }

    /** Whether the threads that have started the application are gone: listeners answer before that. */
    private static boolean isAtRest(Bakery.Report report) {
        return report.threads().contains("DestroyJavaVM")
                && report.threads().stream().noneMatch(name -> name.matches("restartedMain|Thread-\\d+"));
    }

    /** Without numbers, of which a restart may take others. */
    private static List<String> threads(Bakery.Report report) {
        return report.threads().stream()
                .map(name -> name.replaceAll("\\d+", "n"))
                .filter(Predicate.not(name -> name.startsWith("ternmq-listener")))
                .distinct()
                .sorted()
                .toList();
    }

    private int connections() {
        return broker.connections() - ownConnections;
    }

    private int members(String group) {
        try (AdminClient admin = AdminClient.create(ClientConfig.of(broker.address()))) {
            return admin.members(group).orElseThrow().clients().size();
        }
    }

    /** The application's classes in a folder of their own, and what tells DevTools that other folders are libraries. */
    private void layOutProject() throws IOException, java.net.URISyntaxException {
        Path project = directory.resolve("project");
        Path tests = Path.of(
                Bakery.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String packageName = Bakery.class.getPackageName().replace('.', '/');
        Files.createDirectories(project.resolve(packageName));
        Files.createDirectories(project.resolve("META-INF"));
        Files.writeString(
                project.resolve("META-INF/spring-devtools.properties"), "restart.exclude.libraries=/target/classes/\n");
        Files.writeString(project.resolve(".reload"), "start 1");
        try (Stream<Path> classes = Files.list(tests.resolve(packageName))) {
            for (Path file : classes.filter(it -> it.getFileName().toString().startsWith(Bakery.class.getSimpleName()))
                    .toList()) {
                Files.copy(file, project.resolve(packageName).resolve(file.getFileName()));
            }
        }
    }

    private String classPath() {
        return Stream.concat(
                        Stream.of(directory.resolve("project").toString()),
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(entry -> !entry.endsWith("test-classes")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
