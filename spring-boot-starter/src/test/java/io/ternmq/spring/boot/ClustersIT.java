package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Credentials;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Several clusters in one application. */
class ClustersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker europe = new EmbeddedBroker();

    /** The default cluster is the embedded broker. */
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class));

    private ApplicationContextRunner withEurope() {
        return runner.withPropertyValues("ternmq.clusters.eu.name-server=" + europe.address());
    }

    static class Shop {

        final List<String> received = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "shop", consumeFrom = "earliest")
        void here(String text) {
            received.add("here: " + text);
        }

        @MessageListener(topics = "orders", group = "shop", consumeFrom = "earliest", cluster = "${shop.cluster:eu}")
        void europe(String text) {
            received.add("eu: " + text);
        }
    }

    static class Sender {

        final MessageTemplate here;
        final MessageTemplate eu;
        final Producer euProducer;

        Sender(MessageTemplate here, @Qualifier("eu") MessageTemplate eu, @Qualifier("eu") Producer euProducer) {
            this.here = here;
            this.eu = eu;
            this.euProducer = euProducer;
        }
    }

    static class Elsewhere {

        @MessageListener(topics = "orders", group = "shop", cluster = "mars")
        void listen(String text) {}
    }

    @Test
    void sendsAndListensToTheClusterThatIsNamed() {
        withEurope().withBean(Shop.class).withBean(Sender.class).run(context -> {
            assertThat(context).hasNotFailed();
            Sender sender = context.getBean(Sender.class);
            Shop shop = context.getBean(Shop.class);

            sender.here.convertAndSend("orders", "A1");
            sender.eu.convertAndSend("orders", "E1");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(shop.received).containsExactlyInAnyOrder("here: A1", "eu: E1"));
            assertThat(context.getBean(ListenerRegistry.class).containers())
                    .extracting(container -> context.getBean(Clusters.class)
                            .nameOf(container.config().client()))
                    .containsExactlyInAnyOrder("default", "eu");
            assertThat(context.getBean(ListenerRegistry.class).containers())
                    .extracting(container -> container.config().maxReconsumeTimes())
                    .containsOnly(ConsumerConfig.BY_KIND);
            assertThat(context.getBean(Clusters.class).admin("eu").topic("orders"))
                    .isPresent();
        });
    }

    @Test
    void injectsTheDefaultClusterWhereNoNameIsGiven() {
        withEurope().withBean(Sender.class).run(context -> {
            Sender sender = context.getBean(Sender.class);

            assertThat(context.getBean(Producer.class)).isNotSameAs(sender.euProducer);
            assertThat(context.getBean(MessageTemplate.class)).isSameAs(sender.here);
            assertThat(context.getBean(ClientConfig.class).nameServers())
                    .isEqualTo(context.getBean(TernMQConnectionDetails.class).getNameServers());
            assertThat(context.getBean(AdminClient.class)).isNotNull();
            assertThat(sender.euProducer.isStarted()).isTrue();
        });
    }

    @Test
    void shutsItsProducersDown() {
        Producer[] producer = new Producer[1];
        withEurope().withBean(Sender.class).run(context -> producer[0] = context.getBean(Sender.class).euProducer);

        assertThat(producer[0].isClosed()).isTrue();
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        @Bean
        @Qualifier("eu")
        ClientConfigCustomizer european() {
            return (cluster, builder) -> builder.instanceName("only-" + cluster);
        }

        @Bean
        ClientConfigCustomizer everywhere() {
            return (cluster, builder) -> builder.requestTimeout(Duration.ofSeconds(cluster.equals("eu") ? 7 : 8));
        }

        @Bean
        @Qualifier("default")
        ProducerConfigCustomizer ours() {
            return builder -> builder.retries(7);
        }
    }

    @Test
    void givesEachClusterItsOwnCredentialsAndCustomizers() {
        runner.withUserConfiguration(Customizers.class)
                .withPropertyValues(
                        "ternmq.clusters.eu.name-server=" + europe.address(),
                        "ternmq.clusters.eu.access-key=me",
                        "ternmq.clusters.eu.secret-key=hidden",
                        "ternmq.clusters.us.name-server=" + europe.address(),
                        "ternmq.clusters.us.instance-name=us")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Clusters clusters = context.getBean(Clusters.class);
                    assertThat(clusters.names()).containsExactly("default", "eu", "us");
                    assertThat(clusters.client("eu").credentials()).isEqualTo(new Credentials("me", "hidden"));
                    assertThat(clusters.client("eu").instanceName()).isEqualTo("only-eu");
                    assertThat(clusters.client("eu").requestTimeout()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(clusters.client("us").credentials()).isNull();
                    assertThat(clusters.client("us").instanceName()).isEqualTo("us");
                    assertThat(clusters.client("default").instanceName()).isEmpty();
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class EuropeByBean {

        @Bean(defaultCandidate = false)
        @Qualifier("eu")
        TernMQConnectionDetails europe() {
            return () -> List.of(ClustersIT.europe.address());
        }
    }

    @Test
    void takesTheAddressFromBeanWithTheNameOfTheCluster() {
        runner.withUserConfiguration(EuropeByBean.class)
                .withPropertyValues("ternmq.clusters.eu.instance-name=by-bean")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(io.ternmq.spring.boot.EmbeddedBroker.class);
                    assertThat(context.getBean(Clusters.class).client("eu").nameServers())
                            .containsExactly(europe.address());
                });
    }

    @Test
    void refusesClusterThatDoesNotExist() {
        withEurope()
                .withBean(Elsewhere.class)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("mars"));
    }

    @Test
    void refusesClusterWithoutAddressAndClusterOfTheDefaultsName() {
        runner.withPropertyValues("ternmq.clusters.eu.instance-name=a")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("ternmq.clusters.eu.name-server="));
        runner.withPropertyValues("ternmq.clusters.default.name-server=127.0.0.1:9876")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("the default one is configured by ternmq.* itself"));
    }
}
