package io.ternmq.test.spring;

import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/** Closes the context that a test class has for itself, and so the broker, when the class is done. Made by Spring. */
final class EmbeddedTernMQExecutionListener extends AbstractTestExecutionListener {

    /** Before those that inject, so that it is called after all others at the end. */
    @Override
    public int getOrder() {
        return 1900;
    }

    @Override
    public void afterTestClass(TestContext context) {
        Class<?> testClass = context.getTestClass();
        EmbeddedTernMQ annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass, EmbeddedTernMQ.class);
        if (annotation != null
                && annotation.fresh()
                && EmbeddedTernMQContextCustomizerFactory.owner(testClass) == testClass
                && context.hasApplicationContext()) {
            context.markApplicationContextDirty(HierarchyMode.CURRENT_LEVEL);
        }
    }
}
