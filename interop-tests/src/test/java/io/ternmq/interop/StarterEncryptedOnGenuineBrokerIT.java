package io.ternmq.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.interop.client.Certificates;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application whose SSL bundle trusts the certificates that a genuine name server and broker have made for themselves. */
@ExtendWith(InteropLab.Resolver.class)
class StarterEncryptedOnGenuineBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InteropLab lab;
    private final String t;
    private final BrokerTarget broker;

    @TempDir
    private Path folder;

    StarterEncryptedOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.t = lab.name("encrypted");
        this.broker = lab.genuineBroker();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Shop.class)
    static class Application {}

    static class Shop {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "${t}", group = "${t}_shop")
        void listen(String text) {
            received.add(text);
        }
    }

    private ConfigurableApplicationContext startTrusting(String... certificates) throws IOException {
        Path trusted = Files.writeString(folder.resolve("trusted.crt"), String.join("", certificates), US_ASCII);
        return Applications.start(
                lab,
                broker,
                Application.class,
                "t=" + t,
                "spring.ssl.bundle.pem.genuine.truststore.certificate=" + trusted,
                "ternmq.ssl.bundle=genuine",
                // The certificates are for no host of this machine.
                "ternmq.ssl.verify-host-name=false");
    }

    private String addressOfBroker() {
        try (AdminClient admin = Applications.admin(lab, broker)) {
            return Objects.requireNonNull(admin.brokers().get(0).masterAddress());
        }
    }

    @Test
    void sendsAndListensWithABundleThatTrustsNameServerAndBroker() throws IOException {
        Applications.createTopics(lab, broker, 1, t, "");
        try (ConfigurableApplicationContext application =
                startTrusting(Certificates.of(broker.nameServer()), Certificates.of(addressOfBroker()))) {
            application.getBean(MessageTemplate.class).convertAndSend(t, "secret");

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(application.getBean(Shop.class).received).containsExactly("secret"));
        }
    }

    @Test
    void doesNotStartWithABundleThatTrustsSomebodyElse() {
        assertThatThrownBy(
                        () -> startTrusting(Certificates.of(lab.ternmqBroker().nameServer()))
                                .close())
                .hasStackTraceContaining(SSLHandshakeException.class.getName())
                .hasStackTraceContaining("PKIX path building failed")
                .hasStackTraceContaining(broker.nameServer());
    }
}
