package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Message;
import io.ternmq.protocol.body.ConsumerRunningInfo;
import io.ternmq.protocol.body.HeartbeatData;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.listener.ListenerResult;
import io.ternmq.spring.support.TernMQHeaders;
import java.math.BigDecimal;
import java.util.List;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.javapoet.ClassName;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

/** What is told to an image that is built ahead of time. That such an application runs is shown by the sample of orders. */
class AheadOfTimeTest {

    record Line(String item) {}

    record OrderCreated(String id, BigDecimal amount, List<Line> lines) {}

    static class Payment {

        @MessageListener(topics = "orders", group = "payment")
        void pay(OrderCreated order, @Header(TernMQHeaders.KEYS) String key) {}
    }

    record Price(int cents) {}

    record Receipt(int cents) {}

    /** Replies; the second as Kotlin compiles a suspend function. */
    static class Till {

        @MessageListener(topics = "prices", group = "prices")
        Price price(String item) {
            return new Price(1);
        }

        @MessageListener(topics = "receipts", group = "receipts")
        Object receipt(String item, Continuation<? super Receipt> continuation) {
            return new Receipt(1);
        }

        @SendTo("!{source.headers['till']}")
        @MessageListener(topics = "moved", group = "moved")
        Price move(String item) {
            return new Price(2);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TernMQAutoConfiguration.class)
    static class Application {

        @Bean
        Payment payment() {
            return new Payment();
        }

        @Bean
        Till till() {
            return new Till();
        }
    }

    @Test
    void listenerMethodsAndTheirPayloadsMayBeReflectedOn() throws Exception {
        RuntimeHints hints = process();

        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(Payment.class.getDeclaredMethod("pay", OrderCreated.class, String.class)))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onConstructorInvocation(OrderCreated.class.getDeclaredConstructors()[0]))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Line.class.getDeclaredMethod("item")))
                .accepts(hints);
    }

    @Test
    void repliesMayBeReflectedOn() throws Exception {
        RuntimeHints hints = process();

        for (Class<?> reply : List.of(Price.class, Receipt.class)) {
            assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(reply.getDeclaredMethod("cents")))
                    .accepts(hints);
        }
        assertThat(RuntimeHintsPredicates.reflection().onType(Continuation.class))
                .rejects(hints);
    }

    @Test
    void whatExpressionsOfDestinationsKnowMayBeReflectedOn() throws Exception {
        RuntimeHints hints = process();

        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(ListenerResult.class.getMethod("source")))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Message.class.getMethod("getTag")))
                .accepts(hints);
    }

    @Test
    void bodiesOfTheProtocolMayBeReflectedOn() {
        RuntimeHints hints = new RuntimeHints();
        SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
                .load(RuntimeHintsRegistrar.class)
                .forEach(registrar -> registrar.registerHints(hints, getClass().getClassLoader()));

        for (Class<?> body : List.of(
                HeartbeatData.class,
                TopicRouteData.class,
                ConsumerRunningInfo.class,
                ConsumerRunningInfo.QueueState.class)) {
            assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(body.getDeclaredConstructors()[0]))
                    .accepts(hints);
        }
    }

    private static RuntimeHints process() {
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(AheadOfTimeTest.class)), new InMemoryGeneratedFiles());
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertyValues.of("ternmq.name-server=127.0.0.1:9876").applyTo(context);
            context.register(Application.class);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
            generation.writeGeneratedContent();
        }
        return generation.getRuntimeHints();
    }
}
