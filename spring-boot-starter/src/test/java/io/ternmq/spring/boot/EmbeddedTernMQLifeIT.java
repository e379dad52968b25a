package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.spring.EmbeddedTernMQ;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;

/** Which test classes share a broker, and when it ends; Spring's test framework is driven by hand for that. */
class EmbeddedTernMQLifeIT {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
    @EmbeddedTernMQ
    static class First {}

    @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
    @EmbeddedTernMQ
    static class Second {}

    @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
    @EmbeddedTernMQ(fresh = false)
    static class Sharing {}

    @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
    @EmbeddedTernMQ(fresh = false)
    static class SharingToo {}

    @Test
    void eachClassHasABrokerOfItsOwnThatEndsWithIt() throws Exception {
        TestContextManager first = begin(First.class);
        ApplicationContext firstContext = first.getTestContext().getApplicationContext();
        EmbeddedBroker firstBroker = firstContext.getBean(EmbeddedBroker.class);
        assertThat(firstContext.getEnvironment().getProperty("ternmq.name-server"))
                .isEqualTo(firstBroker.address());
        firstContext.getBean(MessageTemplate.class).convertAndSend("orders", "of the first");
        first.afterTestClass();

        TestContextManager second = begin(Second.class);
        ApplicationContext secondContext = second.getTestContext().getApplicationContext();
        EmbeddedBroker secondBroker = secondContext.getBean(EmbeddedBroker.class);

        assertThat(((ConfigurableApplicationContext) firstContext).isActive()).isFalse();
        assertThatThrownBy(firstBroker::address).isInstanceOf(IllegalStateException.class);
        assertThat(secondBroker.published("orders").now()).isEmpty();
        second.afterTestClass();
    }

    @Test
    void classesMayShareOne() throws Exception {
        TestContextManager one = begin(Sharing.class);
        ApplicationContext context = one.getTestContext().getApplicationContext();
        one.afterTestClass();
        TestContextManager other = begin(SharingToo.class);

        assertThat(other.getTestContext().getApplicationContext()).isSameAs(context);
        assertThat(context.getBean(EmbeddedBroker.class).address()).isNotEmpty();
        other.afterTestClass();
        assertThat(((ConfigurableApplicationContext) context).isActive()).isTrue();
        other.getTestContext().markApplicationContextDirty(null);
        assertThat(((ConfigurableApplicationContext) context).isActive()).isFalse();
    }

    private static TestContextManager begin(Class<?> testClass) throws Exception {
        TestContextManager manager = new TestContextManager(testClass);
        manager.beforeTestClass();
        manager.getTestContext().getApplicationContext();
        return manager;
    }
}
