package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MQFactory;
import io.ternmq.client.Message;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.TransactionProducer;
import io.ternmq.client.TransactionStatus;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.GenuineBroker;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.doctor.Cause;
import io.ternmq.spring.doctor.Doctor;
import io.ternmq.spring.doctor.Finding;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.spring.transaction.TransactionTemplates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A genuine broker as in production: it serves only who has credentials, and creates no topics by itself. */
@ExtendWith(InteropLab.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StarterOnGuardedGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ACCESS_KEY = "application";
    private static final String SECRET_KEY = "not-so-secret";
    private static final int NO_PERMISSION = 16;

    private final InteropLab lab;
    private GenuineBroker broker;

    StarterOnGuardedGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
    }

    @BeforeAll
    void startBroker() {
        broker = lab.guardedGenuineBroker(ACCESS_KEY, SECRET_KEY);
    }

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Shop.class)
    static class Application {

        @Bean
        TopicSpec topic(@Value("${t}") String name) {
            return TopicSpec.of(name, 2);
        }
    }

    static class Shop {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(id = "shop", topics = "${t}", group = "${t}_shop")
        void listen(String text) {
            received.add(text);
        }
    }

    @Test
    void servesAnApplicationThatSignsItsRequests() {
        String t = lab.name("guarded");
        try (ConfigurableApplicationContext application = Applications.start(
                lab,
                broker,
                Application.class,
                "t=" + t,
                "ternmq.access-key=" + ACCESS_KEY,
                "ternmq.secret-key=" + SECRET_KEY)) {
            application.getBean(MessageTemplate.class).convertAndSend(t, "signed");

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(application.getBean(Shop.class).received).containsExactly("signed"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Shop.class)
    static class WithoutTopic {}

    @Test
    void refusesTopicsOfAnApplicationThatSignsBadly() {
        assertThatThrownBy(() -> startWithWrongSecret(Application.class, lab.name("guarded"))
                        .close())
                .rootCause()
                .isInstanceOfSatisfying(
                        MQClientException.class,
                        refused -> assertThat(refused.getResponseCode()).isEqualTo(NO_PERMISSION));
    }

    /** Its name server asks nobody for credentials, so that an application comes up that needs nothing of a broker for that. */
    @Test
    void tellsAnApplicationThatSignsBadlyWhyItDoesNotConsume() {
        String t = lab.name("guarded");
        createTopic(t);
        try (ConfigurableApplicationContext application = startWithWrongSecret(WithoutTopic.class, t)) {
            ListenerContainer listener = application
                    .getBean(ListenerRegistry.class)
                    .container("shop")
                    .orElseThrow();
            assertThat(application.getBean(Doctor.class).examine(listener).findings())
                    .extracting(Finding::cause)
                    .containsExactly(Cause.NO_PERMISSION);
            MessageTemplate template = application.getBean(MessageTemplate.class);
            assertThatThrownBy(() -> template.convertAndSend(t, "badly signed"))
                    .isInstanceOfSatisfying(
                            MQClientException.class,
                            refused -> assertThat(refused.getResponseCode()).isEqualTo(NO_PERMISSION));
        }
    }

    private ConfigurableApplicationContext startWithWrongSecret(Class<?> configuration, String t) {
        return Applications.start(
                lab, broker, configuration, "t=" + t, "ternmq.access-key=" + ACCESS_KEY, "ternmq.secret-key=wrong");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Answering {

        @Bean
        Questions questions() {
            return new Questions(new ConcurrentLinkedQueue<>());
        }

        @Bean
        LocalTransactionChecker checker(Questions questions) {
            return message -> {
                questions.asked().add(new String(message.getBody(), StandardCharsets.UTF_8));
                return TransactionStatus.CommitTransaction;
            };
        }

        @Bean(destroyMethod = "close")
        TransactionMessageTemplate messages(TransactionTemplates templates, @Value("${t}_bank") String group) {
            return templates.create(group);
        }
    }

    record Questions(Queue<String> asked) {}

    /** No topic's route has told it of the broker: it has sent nothing, and there is no template of topics. */
    @Test
    void asksAnApplicationThatHasPublishedNothing() {
        String t = lab.name("guarded");
        createTopic(t);
        try (TransactionProducer predecessor = MQFactory.createTransactionProducer(
                ProducerConfig.builder(client(), t + "_bank").build(), message -> TransactionStatus.Unknow)) {
            predecessor.start();
            predecessor.send(
                    new Message(t, "", "orphan".getBytes(StandardCharsets.UTF_8)),
                    (message, arg) -> TransactionStatus.Unknow,
                    null);
        }

        try (ConfigurableApplicationContext successor = Applications.start(
                lab,
                broker,
                Answering.class,
                "t=" + t,
                "ternmq.access-key=" + ACCESS_KEY,
                "ternmq.secret-key=" + SECRET_KEY)) {
            Questions questions = successor.getBean(Questions.class);
            await().atMost(PATIENCE).until(() -> questions.asked().contains("orphan"));
        }
    }

    private void createTopic(String name) {
        try (AdminClient admin = AdminClient.create(client())) {
            admin.createTopic(TopicSpec.of(name, 1));
        }
    }

    private ClientConfig client() {
        return ClientConfig.builder(broker.nameServer())
                .instanceName(lab.name("client"))
                .credentials(new Credentials(ACCESS_KEY, SECRET_KEY))
                .requestTimeout(Duration.ofSeconds(30))
                .build();
    }
}
