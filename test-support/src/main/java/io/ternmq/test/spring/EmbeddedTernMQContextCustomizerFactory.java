package io.ternmq.test.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link EmbeddedTernMQ} on test classes. Made by Spring. */
final class EmbeddedTernMQContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> configuration) {
        EmbeddedTernMQ annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, EmbeddedTernMQ.class);
        return annotation == null
                ? null
                : new EmbeddedTernMQContextCustomizer(
                        annotation.fresh() ? owner(testClass) : null,
                        List.of(annotation.addressProperties()),
                        annotation.autoCreateTopics());
    }

    /** A nested class that inherits its configuration shares the context of the class around it. */
    static Class<?> owner(Class<?> testClass) {
        Class<?> owner = testClass;
        Class<?> around = owner.getEnclosingClass();
        while (around != null && TestContextAnnotationUtils.searchEnclosingClass(owner)) {
            owner = around;
            around = owner.getEnclosingClass();
        }
        return owner;
    }
}
