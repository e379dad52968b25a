package io.ternmq.spring.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

/**
 * Tells an image that is built ahead of time of the bodies that the protocol writes and reads as JSON. All classes of their package are looked up when the image
 * is built, so that none can be forgotten.
 */
final class ProtocolHints implements RuntimeHintsRegistrar {

    private static final String PACKAGE = "io.ternmq.protocol.body";

    ProtocolHints() {}

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        String folder = ClassUtils.convertClassNameToResourcePath(PACKAGE);
        try {
            for (Resource resource : new PathMatchingResourcePatternResolver(classLoader)
                    .getResources("classpath*:" + folder + "/*.class")) {
                register(hints, String.valueOf(resource.getFilename()), classLoader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bodies of the protocol cannot be listed: package=" + PACKAGE, e);
        }
    }

    private static void register(RuntimeHints hints, String file, @Nullable ClassLoader classLoader) {
        String name = file.substring(0, file.length() - ClassUtils.CLASS_FILE_SUFFIX.length());
        if (!name.endsWith("-info")) {
            hints.reflection()
                    .registerTypeIfPresent(
                            classLoader,
                            PACKAGE + "." + name,
                            MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
                            MemberCategory.INVOKE_DECLARED_METHODS,
                            MemberCategory.ACCESS_DECLARED_FIELDS);
        }
    }
}
