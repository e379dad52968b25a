package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.Compression;
import io.ternmq.client.Credentials;
import io.ternmq.client.ListenerThreads;
import io.ternmq.client.MessageModel;
import io.ternmq.client.Producer;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.StartPosition;
import io.ternmq.client.TlsConfig;
import io.ternmq.spring.FakeConsumer;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.spring.support.MessageMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.converter.SimpleMessageConverter;
import org.springframework.messaging.support.MessageBuilder;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class TernMQAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    /** A producer and consumers that connect to nothing. */
    @Configuration(proxyBeanMethods = false)
    static class Fakes {

        @Bean
        Producer producer() {
            return new FakeProducer();
        }

        @Bean
        ConsumerFactory consumers() {
            return config -> new FakeConsumer(config.groupId());
        }
    }

    record Named(String firstName) {}

    static class Shop {

        @MessageListener(topics = "orders")
        void listen(String text) {}
    }

    @Test
    void embedsBrokerWhenNoNameServerIsSet() {
        runner.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(EmbeddedBroker.class);
            List<String> nameServers =
                    context.getBean(TernMQConnectionDetails.class).getNameServers();
            assertThat(nameServers).hasSize(1).first().asString().startsWith("127.0.0.1:");
            assertThat(context.getBean(ClientConfig.class).nameServers()).isEqualTo(nameServers);
            assertThat(context.getBean(Producer.class).isStarted()).isTrue();
            assertThat(context).hasSingleBean(MessageTemplate.class).hasSingleBean(ListenerRegistry.class);
        });
    }

    @Test
    void keepsDataOfEmbeddedBrokerInTheGivenDirectory(@TempDir Path directory) {
        runner.withPropertyValues("ternmq.embedded.data-dir=" + directory, "ternmq.embedded.flush=sync")
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(directory).isDirectoryRecursivelyContaining("glob:**state**");
    }

    @Test
    void limitsDeliveryTimesAsTheApplicationSays() {
        runner.withPropertyValues("ternmq.embedded.max-delay=1h").run(context -> {
            io.ternmq.client.Message message = new io.ternmq.client.Message("timed", "", new byte[] {1});
            message.setStartDeliverTime(System.currentTimeMillis() + 7_200_000);

            assertThatThrownBy(() -> context.getBean(Producer.class).send(message))
                    .hasMessageContaining("too far ahead")
                    .hasMessageContaining("PT1H");
        });
    }

    @Test
    void doesNotEmbedBrokerWhenNameServerIsSet() {
        runner.withUserConfiguration(Fakes.class)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876; 10.0.0.2:9876")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(EmbeddedBroker.class);
                    assertThat(context.getBean(ClientConfig.class).nameServers())
                            .containsExactly("10.0.0.1:9876", "10.0.0.2:9876");
                });
    }

    @Test
    void doesNotEmbedBrokerWhenTheApplicationKnowsWhereToConnect() {
        runner.withUserConfiguration(Fakes.class)
                .withBean(TernMQConnectionDetails.class, () -> () -> List.of("10.0.0.3:9876"))
                .run(context -> {
                    assertThat(context).doesNotHaveBean(EmbeddedBroker.class);
                    assertThat(context.getBean(ClientConfig.class).nameServers())
                            .containsExactly("10.0.0.3:9876");
                });
    }

    @Test
    void failsWithoutNameServerAndBroker() {
        runner.withClassLoader(new FilteredClassLoader("io.ternmq.broker"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(MissingNameServerException.class)
                        .hasMessageContaining("not on the class path"));
    }

    @Test
    void failsWithoutNameServerWhenEmbeddedBrokerIsDisabled() {
        runner.withPropertyValues("ternmq.embedded.enabled=false")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(MissingNameServerException.class)
                        .hasMessageContaining("ternmq.embedded.enabled=false"));
    }

    @Test
    void appliesProducerPropertiesThenCustomizers() {
        ProducerConfig[] seen = new ProducerConfig[1];
        runner.withPropertyValues(
                        "spring.application.name=my shop",
                        "ternmq.producer.send-timeout=5s",
                        "ternmq.producer.retries=4",
                        "ternmq.producer.compression=none",
                        "ternmq.producer.compression-threshold=1KB",
                        "ternmq.producer.max-message-size=1MB",
                        "ternmq.producer.max-in-flight=7")
                .withBean(ProducerConfigCustomizer.class, () -> builder -> {
                    builder.retries(1);
                    seen[0] = builder.build();
                })
                .run(context -> {
                    assertThat(context.getBean(Producer.class).isStarted()).isTrue();
                    ProducerConfig config = seen[0];
                    assertThat(config.groupId()).isEqualTo("my-shop-producer");
                    assertThat(config.sendTimeout()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(config.retries()).isEqualTo(1);
                    assertThat(config.compression()).isEqualTo(Compression.NONE);
                    assertThat(config.compressOverBytes()).isEqualTo(1024);
                    assertThat(config.maxMessageBytes()).isEqualTo(1024 * 1024);
                    assertThat(config.maxInFlight()).isEqualTo(7);
                });
    }

    @Test
    void appliesConsumerPropertiesThenCustomizers() {
        runner.withUserConfiguration(Fakes.class, Shop.class)
                .withPropertyValues(
                        "ternmq.name-server=10.0.0.1:9876",
                        "ternmq.access-key=me",
                        "ternmq.secret-key=hidden",
                        "ternmq.instance-name=second",
                        "ternmq.consumer.group=shop",
                        "ternmq.consumer.threads=3",
                        "ternmq.consumer.max-reconsume-times=2",
                        "ternmq.consumer.consume-timeout=1m",
                        "ternmq.consumer.pull-batch-size=8",
                        "ternmq.consumer.max-cached-messages=100",
                        "ternmq.consumer.max-cached-size=1MB",
                        "ternmq.consumer.message-model=broadcasting",
                        "ternmq.consumer.consume-from=earliest",
                        "ternmq.consumer.offset-directory=somewhere",
                        "ternmq.listener.shutdown-timeout=2s")
                .withBean(ConsumerConfigCustomizer.class, () -> (group, builder) -> builder.pullBatchSize(9))
                .run(context -> {
                    var config =
                            container(context.getBean(ListenerRegistry.class)).config();
                    assertThat(config.client().credentials()).isEqualTo(new Credentials("me", "hidden"));
                    assertThat(config.client().instanceName()).isEqualTo("second");
                    assertThat(config.groupId()).isEqualTo("shop");
                    assertThat(config.consumeThreads()).isEqualTo(3);
                    assertThat(config.listenerThreads()).isEqualTo(ListenerThreads.PLATFORM);
                    assertThat(config.maxReconsumeTimes()).isEqualTo(2);
                    assertThat(config.consumeTimeout()).isEqualTo(Duration.ofMinutes(1));
                    assertThat(config.pullBatchSize()).isEqualTo(9);
                    assertThat(config.maxCachedMessages()).isEqualTo(100);
                    assertThat(config.maxCachedBytes()).isEqualTo(1024 * 1024);
                    assertThat(config.messageModel()).isEqualTo(MessageModel.BROADCASTING);
                    assertThat(config.startFrom()).isEqualTo(StartPosition.earliest());
                    assertThat(config.offsetDirectory()).isEqualTo(Path.of("somewhere"));
                    assertThat(config.shutdownTimeout()).isEqualTo(Duration.ofSeconds(2));
                });
    }

    @Test
    void leavesListenersStoppedWhenAskedTo() {
        runner.withUserConfiguration(Fakes.class, Shop.class)
                .withPropertyValues(
                        "ternmq.name-server=10.0.0.1:9876",
                        "ternmq.consumer.group=shop",
                        "ternmq.listener.auto-startup=false")
                .run(context -> assertThat(container(context.getBean(ListenerRegistry.class))
                                .isRunning())
                        .isFalse());
    }

    @Test
    void backsOffWhenTheApplicationHasItsOwnBeans() {
        MessageMapper own = new MessageMapper();
        runner.withUserConfiguration(Fakes.class)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876")
                .withBean(MessageMapper.class, () -> own)
                .run(context -> {
                    assertThat(context).hasSingleBean(Producer.class);
                    assertThat(context.getBean(Producer.class)).isInstanceOf(FakeProducer.class);
                    assertThat(context.getBean(MessageMapper.class)).isSameAs(own);
                });
    }

    @Test
    void hasNoTemplateWhenItCannotKnowWhichProducerToUse() {
        runner.withUserConfiguration(Fakes.class)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876")
                .withBean("another", Producer.class, FakeProducer::new)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MessageTemplate.class));
    }

    @Test
    void writesPayloadsWithTheApplicationsJsonMapper() {
        FakeProducer producer = new FakeProducer();
        runner.withBean(Producer.class, () -> producer)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876")
                .withBean(
                        JsonMapper.class,
                        () -> JsonMapper.builder()
                                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                                .build())
                .run(context -> context.getBean(MessageTemplate.class).convertAndSend("orders", new Named("Ada")));

        assertThat(producer.sent().get(0).getBody()).asString().isEqualTo("{\"first_name\":\"Ada\"}");
    }

    record Celsius(double degrees) {}

    /** Writes degrees as text. */
    static final class CelsiusConverter implements MessageConverter {

        @Override
        public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
            return targetClass == Celsius.class && message.getPayload() instanceof byte[] bytes
                    ? new Celsius(Double.parseDouble(new String(bytes, StandardCharsets.UTF_8)))
                    : null;
        }

        @Override
        public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
            return payload instanceof Celsius celsius
                    ? MessageBuilder.withPayload(
                                    Double.toString(celsius.degrees()).getBytes(StandardCharsets.UTF_8))
                            .build()
                    : null;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Converters {

        @Bean
        @Qualifier("ternmq")
        MessageConverter celsius() {
            return new CelsiusConverter();
        }

        @Bean
        MessageConverter ofSomebodyElse() {
            return new SimpleMessageConverter();
        }
    }

    @Test
    void asksTheConvertersThatAreMeantForItBeforeJson() {
        FakeProducer producer = new FakeProducer();
        runner.withBean(Producer.class, () -> producer)
                .withUserConfiguration(Converters.class)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876")
                .run(context -> {
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.convertAndSend("weather", new Celsius(21.5));
                    template.convertAndSend("weather", new Named("Ada"));
                });

        assertThat(producer.sent().get(0).getBody()).asString().isEqualTo("21.5");
        assertThat(producer.sent().get(1).getBody()).asString().isEqualTo("{\"firstName\":\"Ada\"}");
    }

    @Test
    void saysOfWhichTypePayloadsAreWhereTheTypesHaveIds() {
        FakeProducer producer = new FakeProducer();
        runner.withBean(Producer.class, () -> producer)
                .withPropertyValues(
                        "ternmq.name-server=10.0.0.1:9876", "ternmq.conversion.type-ids.named=" + Named.class.getName())
                .run(context -> context.getBean(MessageTemplate.class).convertAndSend("orders", new Named("Ada")));

        assertThat(producer.sent().get(0).getUserProperties("payloadType")).isEqualTo("named");
    }

    @Test
    void encryptsConnectionsWithTheNamedBundle() {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("mine", SslBundle.of(SslStoreBundle.NONE));
        runner.withUserConfiguration(Fakes.class)
                .withBean(SslBundles.class, () -> bundles)
                .withPropertyValues(
                        "ternmq.name-server=10.0.0.1:9876",
                        "ternmq.ssl.bundle=mine",
                        "ternmq.ssl.verify-host-name=false")
                .run(context -> {
                    TlsConfig tls = context.getBean(ClientConfig.class).tls();
                    assertThat(tls).isNotNull();
                    assertThat(tls.verifyHostName()).isFalse();
                });
    }

    @Test
    void givesEmbeddedBrokerMoreTimeThanRemoteOneUnlessToldOtherwise() {
        runner.run(context ->
                assertThat(context.getBean(ClientConfig.class).requestTimeout()).isEqualTo(Duration.ofSeconds(15)));
        runner.withUserConfiguration(Fakes.class)
                .withPropertyValues("ternmq.name-server=10.0.0.1:9876")
                .run(context -> assertThat(context.getBean(ClientConfig.class).requestTimeout())
                        .isLessThan(Duration.ofSeconds(15)));
        runner.withPropertyValues("ternmq.request-timeout=7s")
                .run(context -> assertThat(context.getBean(ClientConfig.class).requestTimeout())
                        .isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void writesMetadataForEditors() throws Exception {
        String metadata = resource("META-INF/spring-configuration-metadata.json");

        assertThat(metadata)
                .contains("\"name\": \"ternmq.name-server\"")
                .contains("\"name\": \"ternmq.producer.send-timeout\"")
                .contains("\"name\": \"ternmq.consumer.max-cached-size\"")
                .contains("\"name\": \"ternmq.embedded.data-dir\"")
                .contains("Time after which a send has succeeded or failed")
                .contains("\"defaultValue\": \"3s\"")
                .contains("A broker on this machine.");
        assertThat(propertiesWithoutDescription(metadata)).isEmpty();
    }

    private static List<String> propertiesWithoutDescription(String metadata) {
        return JsonMapper.shared()
                .readTree(metadata)
                .get("properties")
                .valueStream()
                .filter(property -> property.get("description") == null)
                .map(property -> property.get("name").asString())
                .toList();
    }

    private static String resource(String name) throws Exception {
        var url = TernMQAutoConfiguration.class.getClassLoader().getResources(name);
        while (url.hasMoreElements()) {
            String text;
            try (var in = url.nextElement().openStream()) {
                text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            }
            if (text.contains("ternmq.")) {
                return text;
            }
        }
        throw new AssertionError("no metadata of ternmq.* in " + name);
    }

    private static ListenerContainer container(ListenerRegistry registry) {
        return registry.containers().iterator().next();
    }
}
