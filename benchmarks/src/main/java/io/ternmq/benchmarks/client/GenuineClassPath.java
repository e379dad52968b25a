package io.ternmq.benchmarks.client;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The genuine client's jars in a class loader of their own, because it wants other versions of Netty and more than we have. It
 * sees the JDK, its jars, the one package of ours that drives it, and of the others only the types that both sides share. The clients of one
 * process share one, as they would share a class path.
 */
final class GenuineClassPath extends URLClassLoader {
    private static final String SHARED = LoadClient.class.getPackageName() + ".";

    private final ClassLoader ours;

    private GenuineClassPath(URL[] urls, ClassLoader ours) {
        super(urls, ClassLoader.getPlatformClassLoader());
        this.ours = ours;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        boolean shared = name.startsWith(SHARED) && name.indexOf('.', SHARED.length()) < 0;
        return shared ? ours.loadClass(name) : super.findClass(name);
    }

    static ClassLoader create() throws IOException {
        Path own = ownLocation();
        Path list = own.resolveSibling("rocketmq-client").resolve("classpath");
        List<URL> urls = new ArrayList<>();
        urls.add(url(own));
        for (String jar : readList(list).split(Pattern.quote(File.pathSeparator), -1)) {
            urls.add(url(Path.of(jar)));
        }
        return new GenuineClassPath(urls.toArray(URL[]::new), GenuineClassPath.class.getClassLoader());
    }

    private static String readList(Path list) throws IOException {
        try {
            return Files.readString(list).strip();
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "the genuine client's class path is not there: file=" + list
                            + "; build it with mvn package -pl benchmarks -am",
                    e);
        }
    }

    private static Path ownLocation() throws IOException {
        try {
            return Path.of(GenuineClassPath.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("the location of this program is not a path: " + e.getInput(), e);
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }
}
