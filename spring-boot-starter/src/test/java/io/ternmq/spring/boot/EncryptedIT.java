package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.broker.transport.TlsConfig;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Applications whose SSL bundles meet a broker that demands TLS. */
class EncryptedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static ServerKey key;
    private static ServerKey elsewhere;
    private static EmbeddedBroker broker;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    SslAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.request-timeout=30s",
                    "ternmq.producer.send-timeout=30s",
                    "spring.ssl.bundle.pem.pem.truststore.certificate=" + key.certificate(),
                    "spring.ssl.bundle.jks.pkcs12.truststore.type=PKCS12",
                    "spring.ssl.bundle.jks.pkcs12.truststore.location=" + key.trustStore(),
                    "spring.ssl.bundle.jks.pkcs12.truststore.password=" + ServerKey.PASSWORD,
                    "spring.ssl.bundle.pem.stranger.truststore.certificate=" + elsewhere.certificate());

    @BeforeAll
    static void startBroker() throws IOException, GeneralSecurityException, InterruptedException {
        key = ServerKey.make(folder.resolve("here"), "ip:127.0.0.1");
        elsewhere = ServerKey.make(folder.resolve("elsewhere"), "dns:elsewhere.example");
        broker = demandingTls(key);
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.stop();
    }

    private static EmbeddedBroker demandingTls(ServerKey key) {
        TlsConfig tls = new TlsConfig(TlsConfig.Mode.ENFORCING, key.certificate(), key.key(), null, null);
        return new EmbeddedBroker(settings -> settings.tls(tls));
    }

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "${shop.group:shop}", consumeFrom = "earliest")
        void listen(String text) {
            received.add(text);
        }

        void awaits(String text) {
            await().atMost(PATIENCE).until(() -> received.contains(text));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pem", "pkcs12"})
    void sendsAndListensWithABundleThatTrustsTheBroker(String bundle) {
        runner.withBean(Shop.class)
                .withPropertyValues(
                        "ternmq.name-server=" + broker.address(),
                        "ternmq.ssl.bundle=" + bundle,
                        "shop.group=shop-" + bundle)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "by " + bundle);

                    context.getBean(Shop.class).awaits("by " + bundle);
                });
    }

    static class EuropeanShop {

        final List<String> received = new CopyOnWriteArrayList<>();
        final MessageTemplate here;
        final MessageTemplate europe;

        EuropeanShop(MessageTemplate here, @Qualifier("eu") MessageTemplate europe) {
            this.here = here;
            this.europe = europe;
        }

        @MessageListener(topics = "plans", group = "here", consumeFrom = "earliest")
        void here(String text) {
            received.add("here: " + text);
        }

        @MessageListener(topics = "plans", group = "europe", consumeFrom = "earliest", cluster = "eu")
        void europe(String text) {
            received.add("eu: " + text);
        }
    }

    /** The default cluster is the embedded broker, which speaks plain text. */
    @Test
    void encryptsTheConnectionsOfTheClusterWhoseBundleIsNamed() {
        runner.withBean(EuropeanShop.class)
                .withPropertyValues(
                        "ternmq.clusters.eu.name-server=" + broker.address(),
                        "ternmq.clusters.eu.request-timeout=30s",
                        "ternmq.clusters.eu.producer.send-timeout=30s",
                        "ternmq.clusters.eu.ssl.bundle=pem")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    EuropeanShop shop = context.getBean(EuropeanShop.class);
                    shop.here.convertAndSend("plans", "open");
                    shop.europe.convertAndSend("plans", "secret");

                    await().atMost(PATIENCE)
                            .untilAsserted(() ->
                                    assertThat(shop.received).containsExactlyInAnyOrder("here: open", "eu: secret"));
                });
    }

    @Test
    void saysThatTheBundleDoesNotTrustTheBroker() {
        FailureAnalysis analysis = startFailure(
                runner.withPropertyValues("ternmq.name-server=" + broker.address(), "ternmq.ssl.bundle=stranger"));

        assertThat(analysis.getDescription()).contains("Shop.listen", broker.address(), "PKIX path building failed");
        assertThat(analysis.getAction())
                .contains("ternmq.ssl.bundle", "truststore", "ternmq.ssl.verify-host-name")
                .doesNotContain("start the broker");
    }

    @Test
    void looksAtTheNameInTheCertificateUnlessToldNotTo() throws IOException {
        EmbeddedBroker away = demandingTls(elsewhere);
        away.start();
        try {
            ApplicationContextRunner trusting =
                    runner.withPropertyValues("ternmq.name-server=" + away.address(), "ternmq.ssl.bundle=stranger");
            assertThat(startFailure(trusting).getDescription()).contains("127.0.0.1", "subject alternative names");

            trusting.withBean(Shop.class)
                    .withPropertyValues("ternmq.ssl.verify-host-name=false")
                    .run(context -> {
                        context.getBean(MessageTemplate.class).convertAndSend("orders", "by another name");

                        context.getBean(Shop.class).awaits("by another name");
                    });
        } finally {
            away.stop();
        }
    }

    @Test
    void saysThatTheBrokerSpeaksTlsToWhoeverDoesNot() {
        // The first handshake of a JVM may take longer than whoever looks why a start has failed waits for.
        await().atMost(PATIENCE).until(() -> PortProbe.isTls(broker.address()));

        FailureAnalysis analysis = startFailure(
                runner.withPropertyValues("ternmq.name-server=" + broker.address(), "ternmq.startup.policy=fail"));

        assertThat(analysis.getAction()).contains(broker.address() + " speaks TLS", "ternmq.ssl.bundle");
    }

    @Test
    void saysThatTheBrokerDoesNotSpeakTls() throws IOException {
        EmbeddedBroker plain = new EmbeddedBroker();
        plain.start();
        try {
            FailureAnalysis analysis = startFailure(runner.withPropertyValues(
                    "ternmq.name-server=" + plain.address(), "ternmq.ssl.bundle=pem", "ternmq.startup.policy=fail"));

            assertThat(analysis.getDescription()).contains(plain.address(), "does the server speak TLS?");
        } finally {
            plain.stop();
        }
    }

    private static FailureAnalysis startFailure(ApplicationContextRunner runner) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        runner.withBean(Shop.class).run(context -> {
            assertThat(context).hasFailed();
            analysis[0] = FailureAnalyses.of(Objects.requireNonNull(context.getStartupFailure()));
        });
        return analysis[0];
    }
}
