package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.interop.peer.GenuineBroker;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.Cause;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.Finding;
import io.ternmq.test.LoopbackPorts;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Applications that come up and go down, while a genuine broker is there, is not there yet, or has gone. */
@ExtendWith(InteropLab.Resolver.class)
class StarterLifecycleOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;
    private final String t;

    StarterLifecycleOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.t = lab.name("lifecycle");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Shop.class)
    static class Application {}

    static class Shop {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(id = "shop", topics = "${t}", group = "${t}_shop")
        void listen(String text) {
            received.add(text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Shop.class)
    static class Provisioned {

        @Bean
        TopicSpec topic(@Value("${t}") String name) {
            return TopicSpec.of(name, 3);
        }

        @Bean
        GroupSpec group(@Value("${t}_shop") String name) {
            return new GroupSpec(name, true, true, false, 5, 1);
        }
    }

    /** Starts before there is a broker, gets its topic and group when there is one, goes on without it when it has crashed, and closes then. */
    @Test
    void startsBeforeTheBrokerAndClosesAfterIt() {
        int port = LoopbackPorts.find();
        ConfigurableApplicationContext application = Applications.onBroker(lab, "127.0.0.1:" + port, Provisioned.class)
                .web(WebApplicationType.NONE)
                .properties("t=" + t, "ternmq.producer.send-timeout=1s", "ternmq.request-timeout=5s")
                .run();
        MessageTemplate template = application.getBean(MessageTemplate.class);
        HealthIndicator health = application.getBean("ternMQHealthContributor", HealthIndicator.class);
        try {
            assertThatThrownBy(() -> template.convertAndSend(t, "too early")).isInstanceOf(MQClientException.class);
            assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);

            try (GenuineBroker broker = lab.freshGenuineBroker(port)) {
                awaitProvisioned(broker);
                await("the first send")
                        .atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(MQClientException.class)
                        .until(() -> template.convertAndSend(t, "in time") != null);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(application.getBean(Shop.class).received)
                                .contains("in time"));
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));

                broker.kill();
            }

            assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(application
                                    .getBean(Doctor.class)
                                    .examine(application
                                            .getBean(ListenerRegistry.class)
                                            .container("shop")
                                            .orElseThrow())
                                    .findings())
                            .extracting(Finding::cause)
                            .contains(Cause.UNREACHABLE));
        } finally {
            long began = System.nanoTime();
            application.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        }
    }

    private void awaitProvisioned(BrokerTarget broker) {
        try (AdminClient admin = Applications.admin(lab, broker)) {
            await("topic and group").atMost(PATIENCE).untilAsserted(() -> {
                assertThat(admin.topic(t)).contains(TopicSpec.of(t, 3));
                assertThat(admin.group(t + "_shop").map(GroupSpec::maxRetries)).contains(5);
            });
        }
    }

    @Test
    void consumesAgainAfterItWasStoppedAndStarted() {
        BrokerTarget broker = lab.genuineBroker();
        Applications.createTopics(lab, broker, 1, t, "");
        try (ConfigurableApplicationContext application =
                Applications.start(lab, broker, Application.class, "t=" + t)) {
            MessageTemplate template = application.getBean(MessageTemplate.class);
            Queue<String> received = application.getBean(Shop.class).received;
            template.convertAndSend(t, "before");
            await().atMost(PATIENCE).until(() -> received.contains("before"));

            application.stop();
            template.convertAndSend(t, "meanwhile");
            application.start();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(received).containsExactly("before", "meanwhile"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Slow.class)
    static class SlowApplication {}

    static class Slow {

        final Queue<String> begun = new ConcurrentLinkedQueue<>();
        final Queue<String> done = new ConcurrentLinkedQueue<>();
        final CountDownLatch goOn = new CountDownLatch(1);

        @MessageListener(topics = "${t}", group = "${t}_slow", concurrency = "1")
        void listen(String text) throws InterruptedException {
            begun.add(text);
            if (goOn.await(60, TimeUnit.SECONDS)) {
                done.add(text);
            }
        }
    }

    @Test
    void finishesWhatIsInHandCommitsItAndLeavesTheRest() {
        BrokerTarget broker = lab.genuineBroker();
        // One queue, so that progress has an order.
        Applications.createTopics(lab, broker, 1, t, "");
        ConfigurableApplicationContext context = Applications.start(lab, broker, SlowApplication.class, "t=" + t);
        MessageTemplate template = context.getBean(MessageTemplate.class);
        Slow first = context.getBean(Slow.class);
        for (int i = 0; i < 5; i++) {
            template.convertAndSend(t, "order " + i);
        }
        await().atMost(PATIENCE).until(() -> !first.begun.isEmpty());

        CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
        await().atMost(PATIENCE).during(Duration.ofMillis(300)).until(() -> !closing.isDone());
        first.goOn.countDown();
        assertThat(closing).succeedsWithin(PATIENCE);

        assertThat(first.done).isNotEmpty().containsExactlyElementsOf(first.begun);
        try (AdminClient admin = Applications.admin(lab, broker);
                ConfigurableApplicationContext again =
                        Applications.start(lab, broker, SlowApplication.class, "t=" + t)) {
            Slow second = again.getBean(Slow.class);
            second.goOn.countDown();
            await().atMost(PATIENCE)
                    .until(() -> first.done.size() + second.done.size() == 5
                            && admin.progress(t + "_slow", t).lag() == 0);
            assertThat(second.done).doesNotContainAnyElementsOf(List.copyOf(first.done));
        }
    }
}
