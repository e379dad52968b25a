package io.ternmq.spring.boot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.provisioning.Difference;
import io.ternmq.spring.provisioning.Provisioner;
import io.ternmq.spring.provisioning.ProvisioningException;
import io.ternmq.test.EmbeddedBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Topics and groups as beans. */
@ExtendWith(OutputCaptureExtension.class)
class ProvisioningIT {

    @RegisterExtension
    final EmbeddedBroker here = new EmbeddedBroker();

    @RegisterExtension
    final EmbeddedBroker europe = new EmbeddedBroker();

    private AdminClient admin;
    private ApplicationContextRunner runner;

    @Configuration(proxyBeanMethods = false)
    static class European {

        @Bean
        @Qualifier("eu")
        TopicSpec europeanOrders() {
            return TopicSpec.of("european-orders", 2);
        }
    }

    static class Shop {

        @MessageListener(topics = "orders", group = "shop")
        void listen(String text) {}
    }

    @BeforeEach
    void connect() {
        admin = AdminClient.create(ClientConfig.of(here.address()));
        runner = ProvisionedApplication.runner()
                .withUserConfiguration(European.class)
                .withPropertyValues(
                        "ternmq.name-server=" + here.address(), "ternmq.clusters.eu.name-server=" + europe.address());
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    @Test
    void createsWhatIsMissingInTheClusterThatIsMeantBeforeListenersStart() {
        runner.withBean(Shop.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(admin.topic("orders")).contains(TopicSpec.of("orders", 8));
            assertThat(admin.group("shop").orElseThrow().maxRetries()).isEqualTo(3);
            assertThat(admin.topic("european-orders")).isEmpty();
            try (AdminClient european = AdminClient.create(ClientConfig.of(europe.address()))) {
                assertThat(european.topic("european-orders")).isPresent();
                assertThat(european.topic("orders")).isEmpty();
            }
            assertThat(context.getBean(Provisioner.class).differences()).isEmpty();
        });
    }

    @Test
    void leavesWhatDiffersUnlessToldToChangeIt(CapturedOutput output) {
        admin.createTopic(TopicSpec.of("orders", 4));

        runner.run(context ->
                assertThat(admin.topic("orders").orElseThrow().readQueues()).isEqualTo(4));
        assertThat(output).contains("readQueues: 4, wanted 8");

        runner.withPropertyValues("ternmq.provisioning.mode=update")
                .run(context -> assertThat(admin.topic("orders")).contains(TopicSpec.of("orders", 8)));
    }

    @Test
    void doesNotStartWhenItOnlyChecks() {
        runner.withPropertyValues("ternmq.provisioning.mode=check").run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure())
                    .rootCause()
                    .isInstanceOfSatisfying(
                            ProvisioningException.class,
                            failure -> assertThat(failure.differences())
                                    .extracting(Difference::toString)
                                    .containsExactly(
                                            "topic orders of cluster default: missing",
                                            "group shop of cluster default: missing"));
        });
        assertThat(admin.topic("orders")).isEmpty();
    }

    @Test
    void onlyTellsTheDifferenceInDryRun(CapturedOutput output) {
        admin.createTopic(TopicSpec.of("orders", 4));

        runner.withPropertyValues("ternmq.provisioning.mode=update", "ternmq.provisioning.dry-run=true")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(admin.topic("orders").orElseThrow().readQueues()).isEqualTo(4);
        assertThat(admin.group("shop")).isEmpty();
        assertThat(output)
                .contains("Dry run, nothing is changed (mode=UPDATE): topic orders of cluster default: readQueues: 4,"
                        + " wanted 8")
                .contains("group shop of cluster default: missing")
                .contains("topic european-orders of cluster eu: missing");
    }

    @Test
    void asksNothingWhenItIsSwitchedOff() {
        runner.withPropertyValues("ternmq.provisioning.mode=none")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(admin.topic("orders")).isEmpty();
    }
}
