package io.ternmq.spring.annotation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.MessageModel;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.FakeConsumer;
import io.ternmq.spring.FakeConsumers;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.support.MessageMapper;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.json.JsonMapper;

class MessageListenerPostProcessorTest {

    @Configuration
    @EnableTernMQ
    static class Infrastructure {

        @Bean
        static PropertySourcesPlaceholderConfigurer placeholders() {
            return new PropertySourcesPlaceholderConfigurer();
        }

        @Bean
        FakeConsumers consumers() {
            return new FakeConsumers();
        }

        @Bean
        MethodListenerFactory methodListenerFactory(BeanFactory beanFactory) {
            return new MethodListenerFactory(
                    MessageMapper.json(JsonMapper.builder().build()), beanFactory);
        }

        @Bean
        ListenerContainerFactory listenerContainerFactory(FakeConsumers consumers) {
            return new ListenerContainerFactory(
                    config -> consumers.make(config.groupId()),
                    group -> ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), group),
                    null,
                    true);
        }
    }

    static class Payment {

        final List<String> paid = new CopyOnWriteArrayList<>();

        @MessageListener(
                id = "pay",
                topics = "${shop.topic}",
                tags = "${shop.tags:create}",
                group = "#{'payment-' + '${shop.stage}'}",
                messageModel = "broadcasting",
                consumeFrom = "earliest",
                concurrency = "${shop.threads:4}",
                maxReconsumeTimes = "3",
                autoStartup = "true")
        void pay(String order) {
            paid.add(order);
        }
    }

    static class Several {

        @MessageListener(topics = "#{{'a', 'b'}}", group = "several")
        void all(String text) {}

        @MessageListener(
                topics = {"a", "b"},
                group = "stopped",
                autoStartup = "false")
        void stopped(String text) {}
    }

    /** A class of which there are several beans. */
    public static class Region {

        private final String name;
        private final List<String> got = new CopyOnWriteArrayList<>();

        Region(String name) {
            this.name = name;
        }

        public String getTopic() {
            return "orders-" + name;
        }

        @MessageListener(topics = "#{__listener.topic}", group = "shop-#{__listener.topic}", concurrency = "#{1 + 1}")
        public void order(String text) {
            got.add(text);
        }
    }

    @Configuration
    static class Regions {

        @Bean
        Region north() {
            return new Region("north");
        }

        @Bean
        Region south() {
            return new Region("south");
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @MessageListener(topics = "orders", group = "audit")
    @interface Audit {

        @AliasFor(annotation = MessageListener.class, attribute = "tags")
        String what();
    }

    static class Auditor {

        @Audit(what = "create||pay")
        void audit(String text) {}
    }

    interface Handler {

        @MessageListener(topics = "orders", group = "handler")
        Action handle(String text);
    }

    static class HandlerBean implements Handler {

        @Override
        public Action handle(String text) {
            return Action.CommitMessage;
        }

        @MessageListener(topics = "orders", group = "hidden")
        public void hidden(String text) {}
    }

    /** Puts a JDK proxy that counts calls around every {@link Handler}. */
    static class Proxying implements BeanPostProcessor, PriorityOrdered {

        final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public int getOrder() {
            return 0;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            if (!(bean instanceof Handler)) {
                return bean;
            }
            ProxyFactory proxy = new ProxyFactory(bean);
            proxy.setInterfaces(Handler.class);
            proxy.addAdvice((MethodInterceptor) invocation -> {
                calls.add(invocation.getMethod().getName());
                return invocation.proceed();
            });
            return proxy.getProxy();
        }
    }

    static class OnlyInterface implements Handler {

        @Override
        public Action handle(String text) {
            return Action.CommitMessage;
        }
    }

    static class Colliding {

        @MessageListener(topics = "orders", tags = "create", group = "shared")
        void first(String text) {}

        @MessageListener(topics = "orders", tags = "pay", group = "shared")
        void second(String text) {}
    }

    static class WithoutTopic {

        @MessageListener(group = "g")
        void listen(String text) {}
    }

    static class BadNumber {

        @MessageListener(topics = "orders", group = "g", concurrency = "many")
        void listen(String text) {}
    }

    static class MissingProperty {

        @MessageListener(topics = "${no.such.property}", group = "g")
        void listen(String text) {}
    }

    static class Undertaker {

        @DeadLetterHandler(group = "shop", id = "bury", containerFactory = "few", phase = "${shop.phase}")
        void bury(String text) {}
    }

    @Configuration
    static class Cemetery {

        @Bean(defaultCandidate = false)
        ListenerContainerFactory few(ListenerContainerFactory listenerContainerFactory) {
            return listenerContainerFactory.with(settings -> settings.maxReconsumeTimes(2));
        }
    }

    static class Homeless {

        @DeadLetterHandler(group = "shop", containerFactory = "few", cluster = "eu")
        void bury(String text) {}
    }

    @Configuration
    static class LazyPayment {

        @Bean
        @Lazy
        Payment payment() {
            return new Payment();
        }
    }

    @Test
    void takesValuesFromPlaceholdersAndExpressions() {
        try (var context = context(Map.of("shop.topic", "orders", "shop.stage", "test"), Payment.class)) {
            ListenerContainer container =
                    context.getBean(ListenerRegistry.class).container("pay").orElseThrow();

            assertThat(container.topics()).containsExactly("orders");
            assertThat(container.expression()).isEqualTo("create");
            ConsumerConfig config = container.config();
            assertThat(config.groupId()).isEqualTo("payment-test");
            assertThat(config.messageModel()).isEqualTo(MessageModel.BROADCASTING);
            assertThat(config.startFrom()).isEqualTo(StartPosition.earliest());
            assertThat(config.consumeThreads()).isEqualTo(4);
            assertThat(config.maxReconsumeTimes()).isEqualTo(3);
        }
    }

    @Test
    void deliversMessagesToTheMethod() {
        try (var context = context(Map.of("shop.topic", "orders", "shop.stage", "test"), Payment.class)) {
            FakeConsumer consumer = context.getBean(FakeConsumers.class).get("payment-test");

            Action action = consumer.deliver(new Message("orders", "create", "A1".getBytes(UTF_8)));

            assertThat(action).isEqualTo(Action.CommitMessage);
            assertThat(context.getBean(Payment.class).paid).containsExactly("A1");
        }
    }

    @Test
    void stopsListenersWhenTheContextClosesAndRestartsThemWithIt() {
        var context = context(Map.of("shop.topic", "orders", "shop.stage", "test"), Payment.class);
        FakeConsumers consumers = context.getBean(FakeConsumers.class);
        FakeConsumer first = consumers.remove("payment-test");

        context.stop();
        assertThat(first.isClosed()).isTrue();
        context.start();
        FakeConsumer second = consumers.get("payment-test");
        assertThat(second.isStarted()).isTrue();
        context.close();

        assertThat(second.isClosed()).isTrue();
    }

    @Test
    void subscribesToSeveralTopicsAndNamesListenersAfterBeanAndMethod() {
        try (var context = context(Map.of(), Several.class)) {
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);

            assertThat(registry.containers())
                    .extracting(ListenerContainer::id)
                    .containsExactlyInAnyOrder(
                            "messageListenerPostProcessorTest.Several.all",
                            "messageListenerPostProcessorTest.Several.stopped");
            assertThat(context.getBean(FakeConsumers.class).groups()).containsExactly("several");
            assertThat(context.getBean(FakeConsumers.class).get("several").expressions())
                    .containsOnlyKeys("a", "b");
        }
    }

    @Test
    void letsBeansOfOneClassListenToTopicsOfTheirOwn() {
        try (var context = context(Map.of(), Regions.class)) {
            FakeConsumers consumers = context.getBean(FakeConsumers.class);
            assertThat(consumers.groups()).containsExactlyInAnyOrder("shop-orders-north", "shop-orders-south");
            assertThat(consumers.get("shop-orders-south").expressions()).containsOnlyKeys("orders-south");
            assertThat(context.getBean(ListenerRegistry.class)
                            .container("north.order")
                            .orElseThrow()
                            .config()
                            .consumeThreads())
                    .isEqualTo(2);

            consumers.get("shop-orders-south").deliver(new Message("orders-south", "", "S1".getBytes(UTF_8)));

            assertThat(context.getBean("south", Region.class).got).containsExactly("S1");
            assertThat(context.getBean("north", Region.class).got).isEmpty();
        }
    }

    @Test
    void findsMetaAnnotations() {
        try (var context = context(Map.of(), Auditor.class)) {
            assertThat(context.getBean(FakeConsumers.class).get("audit").expressions())
                    .containsExactly(Map.entry("orders", "create||pay"));
        }
    }

    @Test
    void callsListenersThroughTheirProxy() {
        try (var context = context(Map.of(), Proxying.class, OnlyInterface.class)) {
            context.getBean(FakeConsumers.class)
                    .get("handler")
                    .deliver(new Message("orders", "create", "A1".getBytes(UTF_8)));

            assertThat(context.getBean(Proxying.class).calls).containsExactly("handle");
        }
    }

    @Test
    void makesTheContainerOfADeadLetterHandlerByItsFactoryInItsPhase() {
        try (var context = context(Map.of("shop.phase", "7"), Cemetery.class, Undertaker.class)) {
            ListenerContainer container =
                    context.getBean(ListenerRegistry.class).container("bury").orElseThrow();
            assertThat(container.phase()).isEqualTo(7);
            assertThat(container.config().maxReconsumeTimes()).isEqualTo(2);
        }
    }

    @Test
    void refusesDeadLetterHandlerWithFactoryAndCluster() {
        refuses(
                IllegalListenerException.class,
                "names a cluster and a container factory",
                Cemetery.class,
                Homeless.class);
    }

    @Test
    void registersLazyBeansWhenTheyAreMade() {
        try (var context = context(Map.of("shop.topic", "orders", "shop.stage", "lazy"), LazyPayment.class)) {
            assertThat(context.getBean(FakeConsumers.class).groups()).isEmpty();

            context.getBean(Payment.class);

            assertThat(context.getBean(FakeConsumers.class).groups()).containsExactly("payment-lazy");
        }
    }

    @Test
    void refusesMethodThatItsProxyHides() {
        refuses(IllegalListenerException.class, "hidden", Proxying.class, HandlerBean.class);
    }

    @Test
    void refusesTwoListenersOfOneGroup() {
        refuses(DuplicateListenerException.class, "Colliding.second", Colliding.class);
    }

    @Test
    void refusesListenerWithoutTopic() {
        refuses(IllegalListenerException.class, "WithoutTopic.listen", WithoutTopic.class);
    }

    @Test
    void refusesAttributeOfTheWrongType() {
        refuses(IllegalListenerException.class, "concurrency=many", BadNumber.class);
    }

    @Test
    void refusesPlaceholderWithoutValue() {
        refuses(IllegalListenerException.class, "topics=${no.such.property}", MissingProperty.class);
    }

    private static void refuses(Class<? extends Exception> type, String message, Class<?>... beans) {
        assertThatExceptionOfType(type)
                .isThrownBy(() -> context(Map.of(), beans).close())
                .withMessageContaining(message);
    }

    static AnnotationConfigApplicationContext context(Map<String, Object> properties, Class<?>... beans) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        context.register(Infrastructure.class);
        context.register(beans);
        context.refresh();
        return context;
    }
}
