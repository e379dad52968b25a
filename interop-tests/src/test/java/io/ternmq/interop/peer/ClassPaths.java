package io.ternmq.interop.peer;

import io.ternmq.interop.driver.Line;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The class paths that the modules under {@code peers/} have resolved. */
final class ClassPaths {
    private ClassPaths() {}

    /** Returns the class path of {@code peers/<peer>}. */
    static String of(String peer) {
        Path file = Path.of("peers", peer, "target", "classpath").toAbsolutePath();
        try {
            return Files.readString(file).strip();
        } catch (IOException missing) {
            throw new UncheckedIOException(
                    "the class path of a genuine artifact is not there: file=" + file
                            + "; build this module with those it needs (mvn -pl interop-tests -am)",
                    missing);
        }
    }

    /** Returns the class path of {@code peers/<peer>} with the driver before it. */
    static String withDriver(String peer) {
        try {
            Path driver = Path.of(Line.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return driver + File.pathSeparator + of(peer);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
