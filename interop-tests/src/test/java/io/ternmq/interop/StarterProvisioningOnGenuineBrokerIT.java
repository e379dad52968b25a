package io.ternmq.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.GroupSpec;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import io.ternmq.spring.provisioning.Difference;
import io.ternmq.spring.provisioning.Provisioner;
import io.ternmq.spring.provisioning.ProvisioningException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Topics and groups as beans, on a genuine broker. */
@ExtendWith(InteropLab.Resolver.class)
class StarterProvisioningOnGenuineBrokerIT {

    private final InteropLab lab;
    private final BrokerTarget broker;
    private final String t;
    private final AdminClient admin;

    StarterProvisioningOnGenuineBrokerIT(InteropLab lab) {
        this.lab = lab;
        this.broker = lab.genuineBroker();
        this.t = lab.name("provisioning");
        this.admin = Applications.admin(lab, broker);
    }

    @AfterEach
    void disconnect() {
        admin.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        TopicSpec orders(@Value("${t}_orders") String name) {
            return TopicSpec.of(name, 8);
        }

        @Bean
        GroupSpec shop(@Value("${t}_shop") String name) {
            return new GroupSpec(name, true, true, false, 3, 1);
        }
    }

    private List<Difference> startAndStop(String... properties) {
        try (ConfigurableApplicationContext application = start(properties)) {
            return application.getBean(Provisioner.class).differences();
        }
    }

    private ConfigurableApplicationContext start(String... properties) {
        return Applications.onBroker(lab, broker.nameServer(), Application.class)
                .web(WebApplicationType.NONE)
                .properties("t=" + t)
                .properties(properties)
                .run();
    }

    private int queues() {
        return admin.topic(t + "_orders").orElseThrow().readQueues();
    }

    @Test
    void createsWhatIsMissing() {
        assertThat(startAndStop()).isEmpty();

        assertThat(admin.topic(t + "_orders")).contains(TopicSpec.of(t + "_orders", 8));
        assertThat(admin.group(t + "_shop").orElseThrow().maxRetries()).isEqualTo(3);
    }

    @Test
    void leavesWhatDiffersUnlessToldToChangeIt() {
        admin.createTopic(TopicSpec.of(t + "_orders", 4));

        assertThat(startAndStop())
                .extracting(Difference::toString)
                .containsExactly("topic " + t + "_orders of cluster default: readQueues: 4, wanted 8, writeQueues: 4,"
                        + " wanted 8");
        assertThat(queues()).isEqualTo(4);

        assertThat(startAndStop("ternmq.provisioning.mode=update")).isEmpty();
        assertThat(queues()).isEqualTo(8);
    }

    @Test
    void doesNotStartWhenItOnlyChecks() {
        Throwable failure = catchThrowable(() -> start("ternmq.provisioning.mode=check"));

        assertThat(failure)
                .rootCause()
                .isInstanceOfSatisfying(
                        ProvisioningException.class,
                        refused -> assertThat(refused.differences())
                                .extracting(Difference::toString)
                                .containsExactly(
                                        "topic " + t + "_orders of cluster default: missing",
                                        "group " + t + "_shop of cluster default: missing"));
        assertThat(admin.topic(t + "_orders")).isEmpty();
    }

    @Test
    void changesNothingInDryRun() {
        admin.createTopic(TopicSpec.of(t + "_orders", 4));

        assertThat(startAndStop("ternmq.provisioning.mode=update", "ternmq.provisioning.dry-run=true"))
                .hasSize(2);

        assertThat(queues()).isEqualTo(4);
        assertThat(admin.group(t + "_shop")).isEmpty();
    }
}
