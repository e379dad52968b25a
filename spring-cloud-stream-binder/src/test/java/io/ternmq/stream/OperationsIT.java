package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static io.ternmq.stream.StreamApplication.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import io.ternmq.test.EmbeddedBroker;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.stream.binding.BindingsLifecycleController.State;
import org.springframework.cloud.stream.config.ConsumerEndpointCustomizer;
import org.springframework.cloud.stream.config.ProducerMessageHandlerCustomizer;
import org.springframework.cloud.stream.endpoint.BindingsEndpoint;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.core.MessageProducer;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandler;

/** What operators see of bindings, and what they can do. */
class OperationsIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    private ConfigurableApplicationContext application;

    /** Stands for a tracer: carries a trace on by a header, as W3C has it. */
    static final class Tracing implements ObservationHandler<Observation.Context> {

        static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        final List<String> continued = new CopyOnWriteArrayList<>();

        @Override
        public void onStart(Observation.Context context) {
            if (context instanceof SenderContext<?> sender) {
                inject(sender);
            }
            if (context instanceof ReceiverContext<?> receiver) {
                extract(receiver);
            }
        }

        private static <C> void inject(SenderContext<C> context) {
            C carrier = context.getCarrier();
            if (carrier != null) {
                context.getSetter().set(carrier, "traceparent", TRACEPARENT);
            }
        }

        private <C> void extract(ReceiverContext<C> context) {
            C carrier = context.getCarrier();
            String parent = carrier == null ? null : context.getGetter().get(carrier, "traceparent");
            if (parent != null) {
                continued.add(parent);
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Queue<Message<String>> received() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Consumer<Message<String>> take(Queue<Message<String>> received) {
            return received::add;
        }

        @Bean
        Consumer<Message<String>> other(Queue<Message<String>> received) {
            return received::add;
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Tracing tracing() {
            return new Tracing();
        }

        @Bean
        ObservationRegistry observations(Tracing tracing) {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(tracing);
            return registry;
        }

        @Bean
        List<String> customized() {
            return new CopyOnWriteArrayList<>();
        }

        @Bean
        ProducerMessageHandlerCustomizer<MessageHandler> handlers(List<String> customized) {
            return (handler, destination) -> customized.add("out " + destination);
        }

        @Bean
        ConsumerEndpointCustomizer<MessageProducer> endpoints(List<String> customized) {
            return (endpoint, destination, group) -> customized.add("in " + destination + " " + group);
        }
    }

    @BeforeEach
    void start() {
        application = StreamApplication.start(
                broker,
                Application.class,
                "spring.jmx.enabled=true",
                "management.endpoints.jmx.exposure.include=bindings",
                "spring.cloud.function.definition=take;other",
                "spring.cloud.stream.output-bindings=out",
                "spring.cloud.stream.bindings.take-in-0.destination=taken",
                "spring.cloud.stream.bindings.take-in-0.group=takers",
                "spring.cloud.stream.bindings.other-in-0.destination=others",
                "spring.cloud.stream.bindings.other-in-0.group=takers",
                "spring.cloud.stream.bindings.out.destination=taken");
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private void send(String topic, String text) {
        application
                .getBean(StreamBridge.class)
                .send(topic, MessageBuilder.withPayload(text).setHeader("x", 1).build());
    }

    @SuppressWarnings("unchecked")
    private List<String> received() {
        Queue<Message<String>> messages = application.getBean("received", Queue.class);
        return messages.stream().map(Message::getPayload).toList();
    }

    @Test
    void healthTellsBrokersAndGroups() {
        CompositeHealthContributor binders =
                application.getBean("bindersHealthContributor", CompositeHealthContributor.class);
        Health health = ((HealthIndicator) binders.getContributor("ternmq")).health(true);

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsKey("brokers");
        assertThat(health.getDetails().get("groups").toString()).isEqualTo("{takers=[others, taken]}");

        broker.broker().close();
        assertThat(((HealthIndicator) binders.getContributor("ternmq"))
                        .health(true)
                        .getStatus())
                .isEqualTo(Status.DOWN);
    }

    @Test
    void lagIsMeasured() {
        application.getBean(BindingsEndpoint.class).changeState("take-in-0", State.PAUSED);
        send("out", "1");
        send("out", "2");

        assertThat(application
                        .getBean(MeterRegistry.class)
                        .get("ternmq.stream.lag")
                        .tags("group", "takers", "topic", "taken")
                        .gauge()
                        .value())
                .isEqualTo(2);
        application.getBean(BindingsEndpoint.class).changeState("take-in-0", State.STOPPED);
        assertThat(application
                        .getBean(MeterRegistry.class)
                        .find("ternmq.stream.lag")
                        .tags("topic", "taken")
                        .gauge())
                .isNull();
    }

    @Test
    void pausedBindingRestsWhileOthersOfItsGroupGoOn() {
        BindingsEndpoint bindings = application.getBean(BindingsEndpoint.class);
        bindings.changeState("take-in-0", State.PAUSED);
        send("out", "waits");
        send("others", "goes on");

        await().atMost(PATIENCE).until(() -> received().contains("goes on"));
        assertThat(received()).doesNotContain("waits");
        assertThat(bindings.queryState("take-in-0")).singleElement().matches(binding -> binding.isPaused());

        bindings.changeState("other-in-0", State.PAUSED);
        send("others", "waits too");
        bindings.changeState("take-in-0", State.RESUMED);
        await().atMost(PATIENCE).until(() -> received().contains("waits"));
        assertThat(received()).doesNotContain("waits too");
        bindings.changeState("other-in-0", State.RESUMED);
        await().atMost(PATIENCE).until(() -> received().contains("waits too"));
    }

    @Test
    void stoppedBindingMissesNothing() {
        BindingsEndpoint bindings = application.getBean(BindingsEndpoint.class);
        bindings.changeState("take-in-0", State.STOPPED);
        send("out", "meanwhile");
        bindings.changeState("take-in-0", State.STARTED);

        await().atMost(PATIENCE).until(() -> received().contains("meanwhile"));
    }

    @Test
    void tracesGoOnFromSenderToReceiver() {
        send("out", "traced");

        await().atMost(PATIENCE).until(() -> received().contains("traced"));
        assertThat(read(broker, "taken", 1).get(0).getUserProperties("traceparent"))
                .isEqualTo(Tracing.TRACEPARENT);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(application.getBean(Tracing.class).continued).contains(Tracing.TRACEPARENT));
    }

    @Test
    @SuppressWarnings("unchecked")
    void customizersAreAsked() {
        assertThat((List<String>) application.getBean("customized"))
                .contains("out taken", "in taken takers", "in others takers");
    }
}
