package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.spring.EmbeddedTernMQ;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;

/** A fresh broker for each test class, and what it costs those after the first, from the class's first moment to its last: printed, for docs/testing.md. */
class EmbeddedTernMQCostIT {

    private static final int CLASSES = 15;

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TernMQAutoConfiguration.class)
    static class Application {}

    @ContextConfiguration(classes = Nothing.class)
    @EmbeddedTernMQ
    static class BrokerAlone {}

    @SpringBootTest(classes = Application.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
    @EmbeddedTernMQ
    static class BrokerAndApplication {}

    @Test
    void everyClassHasABrokerOfItsOwn() throws Exception {
        Set<EmbeddedBroker> brokers = new HashSet<>();
        run(BrokerAlone.class, context -> brokers.add(context.getBean(EmbeddedBroker.class)));
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            micros.add(run(BrokerAlone.class, context -> brokers.add(context.getBean(EmbeddedBroker.class))));
        }

        report("broker alone", micros);
        assertThat(brokers).hasSize(CLASSES + 1);
    }

    @Test
    void everyClassFindsItsTopicsEmpty() throws Exception {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i <= CLASSES; i++) {
            micros.add(run(BrokerAndApplication.class, context -> {
                EmbeddedBroker broker = context.getBean(EmbeddedBroker.class);
                assertThat(broker.published("orders").now()).isEmpty();
                context.getBean(MessageTemplate.class).convertAndSend("orders", "of this class");
                assertThat(broker.published("orders").now()).hasSize(1);
            }));
        }

        report("broker, application and a message", micros.subList(1, micros.size()));
    }

    @Test
    void everyBrokerIsStartedAndStopped() throws Exception {
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i <= CLASSES; i++) {
            EmbeddedBroker broker = new EmbeddedBroker();
            long began = System.nanoTime();
            broker.start();
            assertThat(broker.published("orders").now()).isEmpty();
            broker.stop();
            micros.add((System.nanoTime() - began) / 1000);
        }

        report("broker without a context", micros.subList(1, micros.size()));
    }

    private interface Body {

        void run(ApplicationContext context) throws Exception;
    }

    /** Does with a class what JUnit and Spring do, and returns how long that took. */
    private static long run(Class<?> testClass, Body body) throws Exception {
        long began = System.nanoTime();
        TestContextManager manager = new TestContextManager(testClass);
        manager.beforeTestClass();
        body.run(manager.getTestContext().getApplicationContext());
        manager.afterTestClass();
        return (System.nanoTime() - began) / 1000;
    }

    private static long median(List<Long> micros) {
        return micros.stream().sorted().toList().get(micros.size() / 2);
    }

    private static void report(String what, List<Long> micros) {
        List<Long> sorted = micros.stream().sorted().toList();
        System.out.printf(
                "per class, %s: median %.1f ms, least %.1f ms, most %.1f ms%n",
                what, median(micros) / 1000.0, sorted.get(0) / 1000.0, sorted.get(sorted.size() - 1) / 1000.0);
    }
}
