package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shop processed ahead of time, as Spring Boot's plug-ins do it for native images and for JVMs: its bean definitions are turned into code, that
 * is compiled, and the application started with it.
 */
@Timeout(300)
class AheadOfTimeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path directory;

    @Test
    void theShopWorksWhenItIsProcessedAheadOfTime() throws Exception {
        Path sources = directory.resolve("sources");
        Path resources = directory.resolve("resources");
        Path classes = directory.resolve("classes");
        Process processing = java(
                "processing.log",
                ownClassPath(),
                List.of(
                        "org.springframework.boot.SpringApplicationAotProcessor",
                        OrdersApplication.class.getName(),
                        sources.toString(),
                        resources.toString(),
                        classes.toString(),
                        "io.ternmq",
                        "orders"));
        assertThat(processing.waitFor()).as(log("processing.log")).isZero();
        compile(sources, classes);

        Process shop = java(
                "shop.log",
                String.join(File.pathSeparator, classes.toString(), resources.toString(), ownClassPath()),
                List.of(
                        "-Dspring.aot.enabled=true",
                        OrdersApplication.class.getName(),
                        "--server.port=0",
                        "--spring.main.log-startup-info=true"));
        try {
            await().atMost(PATIENCE)
                    .failFast(
                            "the shop has ended",
                            () -> assertThat(shop.isAlive()).as(log("shop.log")).isTrue())
                    .until(() -> log("shop.log").contains("5 of 5 orders are shipped"));
        } finally {
            shop.destroyForcibly();
            shop.onExit().join();
        }

        assertThat(log("shop.log")).contains("AOT-processed");
    }

    private static void compile(Path sources, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none",
                "-nowarn",
                "-parameters",
                "-d",
                classes.toString(),
                "-cp",
                ownClassPath() + File.pathSeparator + classes));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    private Process java(String log, String classPath, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", classPath));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
    }

    private static String ownClassPath() {
        return System.getProperty("java.class.path");
    }

    private String log(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
