package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.Action;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.client.MessageListener;
import io.ternmq.client.OrderAction;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.BatchConsumerBean;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.core.OrderConsumerBean;
import io.ternmq.spring.core.Subscription;
import io.ternmq.test.EmbeddedBroker;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportResource;
import org.springframework.context.support.ClassPathXmlApplicationContext;

/** One consumer group for two listeners, of which at least one is a consumer bean: each would miss messages. */
class OneGroupTwiceIT {

    @RegisterExtension
    static final EmbeddedBroker elsewhere = new EmbeddedBroker();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class));

    /** That of the XML file. */
    public static class Listener implements MessageListener {

        @Override
        public Action consume(Message message, ConsumeContext context) {
            return Action.CommitMessage;
        }
    }

    static class Shop {

        @io.ternmq.spring.annotation.MessageListener(topics = "orders", tags = "create", group = "GID_SHOP")
        void create(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Payments {

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        OrderConsumerBean payments() {
            OrderConsumerBean consumer = new OrderConsumerBean();
            consumer.setProperties(properties("GID_SHOP"));
            consumer.setSubscriptionTable(
                    Map.of(new Subscription("orders", "pay"), (message, context) -> OrderAction.Success));
            return consumer;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Shipments {

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        BatchConsumerBean shipments() {
            BatchConsumerBean consumer = new BatchConsumerBean();
            consumer.setProperties(properties("GID_SHOP"));
            consumer.setSubscriptionTable(
                    Map.of(new Subscription("orders", "pay"), (messages, context) -> Action.CommitMessage));
            return consumer;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class StartedByItsPhase {

        @Bean
        ConsumerBean late() {
            return consumer(properties("GID_SHOP"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Elsewhere {

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ConsumerBean otherCluster() {
            Properties properties = properties("GID_SHOP");
            properties.setProperty(PropertyKeyConst.NAMESRV_ADDR, elsewhere.address());
            return consumer(properties);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportResource("classpath:io/ternmq/spring/boot/one-group-twice.xml")
    static class Xml {}

    private static ConsumerBean consumer(Properties properties) {
        ConsumerBean consumer = new ConsumerBean();
        consumer.setProperties(properties);
        consumer.setSubscriptionTable(Map.of(new Subscription("orders", "late"), new Listener()));
        return consumer;
    }

    private static Properties properties(String group) {
        Properties properties = new Properties();
        properties.setProperty(PropertyKeyConst.GROUP_ID, group);
        return properties;
    }

    @Test
    void namesTwoConsumerBeans() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(Payments.class, Shipments.class));

        assertThat(analysis.getDescription())
                .isEqualTo("Two listeners have the same group: group=GID_SHOP, first=bean payments, "
                        + OrderConsumerBean.class.getName() + " (subscribes to orders:pay), second=bean shipments, "
                        + BatchConsumerBean.class.getName() + " (subscribes to orders:pay).");
        assertThat(analysis.getAction())
                .isEqualTo("Each message of a group goes to one member only, whichever: give each listener its own"
                        + " group, or let one listener subscribe to everything.");
    }

    @Test
    void namesConsumerBeanAndListenerMethod() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(Shop.class, Payments.class));

        assertThat(analysis.getDescription())
                .startsWith("Two listeners have the same group and subscribe differently: group=GID_SHOP")
                .contains("first=bean payments,", "orders:pay")
                .contains("second=bean oneGroupTwiceIT.Shop, void ", "Shop.create(java.lang.String)", "orders:create");
    }

    @Test
    void namesConsumerBeanThatStartsByItsPhase() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(Shop.class, StartedByItsPhase.class));

        assertThat(analysis.getDescription())
                .contains("first=bean oneGroupTwiceIT.Shop,", "second=bean late, ", "orders:late");
    }

    @Test
    void namesBeansOfXmlInBootAndWithoutIt() {
        System.setProperty("ternmq.test.twice.address", elsewhere.address());
        try {
            assertThat(analyze(runner.withUserConfiguration(Xml.class)).getDescription())
                    .contains("first=bean payments,", "second=bean shipments,", "subscribe differently");
            assertThatExceptionOfType(BeanCreationException.class)
                    .isThrownBy(() -> new ClassPathXmlApplicationContext("io/ternmq/spring/boot/one-group-twice.xml"))
                    .havingRootCause()
                    .isInstanceOf(DuplicateListenerException.class)
                    .withMessageContaining("first=bean payments,")
                    .withMessageContaining("second=bean shipments,");
        } finally {
            System.clearProperty("ternmq.test.twice.address");
        }
    }

    @Test
    void letsGroupsOfDifferentClustersBeTheSame() {
        runner.withUserConfiguration(Shop.class, Elsewhere.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void freesTheGroupOfConsumerThatIsShutDown() {
        runner.withUserConfiguration(Payments.class).run(context -> {
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            ListenerEndpoint successor = ListenerEndpoint.builder("successor")
                    .group("GID_SHOP")
                    .topic("orders")
                    .listener((message, consuming) -> Action.CommitMessage)
                    .build();
            assertThatExceptionOfType(DuplicateListenerException.class)
                    .isThrownBy(() -> registry.register(successor))
                    .withMessageContaining("second=listener successor");

            context.getBean(OrderConsumerBean.class).shutdown();
            registry.register(successor);

            assertThat(registry.container("successor").orElseThrow().isRunning())
                    .isTrue();
        });
    }

    private static FailureAnalysis analyze(ApplicationContextRunner runner) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        runner.run(context -> {
            assertThat(context).hasFailed();
            analysis[0] =
                    new DuplicateListenerFailureAnalyzer().analyze(Objects.requireNonNull(context.getStartupFailure()));
        });
        return Objects.requireNonNull(analysis[0], "nobody analyzes it");
    }
}
