package io.ternmq.spring.annotation;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.MessageModel;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.StartPosition;
import io.ternmq.spring.config.ListenerEndpoint;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.MethodListenerFactory;
import io.ternmq.spring.listener.ResultRules;
import io.ternmq.spring.support.MessageMapper;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.MapPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** Each attribute of the annotation takes placeholders, and expressions too. What is new there must be added here. */
class AttributesTest {

    /** Its annotation leaves everything to properties. */
    static class Undecided {

        @MessageListener(
                topics = "${topics:orders}",
                tags = "${tags:}",
                selector = "${selector:}",
                group = "${group:undecided}",
                messageModel = "${messageModel:}",
                consumeMode = "${consumeMode:}",
                consumeFrom = "${consumeFrom:}",
                ordered = "${ordered:}",
                batchSize = "${batchSize:}",
                concurrency = "${concurrency:}",
                maxReconsumeTimes = "${maxReconsumeTimes:}",
                retry = @Retry(delays = "${delays:}", times = "${times:}"),
                errorHandler = "${errorHandler:}",
                splitResult = "${splitResult:}",
                returnExceptions = "${returnExceptions:}",
                id = "${id:}",
                cluster = "${cluster:}",
                containerFactory = "${containerFactory:}",
                autoStartup = "${autoStartup:false}",
                phase = "${phase:}")
        void listen(List<String> texts) {}
    }

    private record Expected(String given, Function<ListenerEndpoint, Object> read, Object value) {}

    private static final ListenerErrorHandler LENIENT = failure -> null;

    private static final Map<String, Expected> EXPECTED = new TreeMap<>(Map.ofEntries(
            entry(
                    "topics",
                    new Expected("#{{'a', 'b'}}", it -> it.subscriptions().keySet(), Set.of("a", "b"))),
            entry("tags", new Expected("#{'x' + '||y'}", AttributesTest::selector, MessageSelector.byTag("x||y"))),
            entry("selector", new Expected("#{'a > ' + 1}", AttributesTest::selector, MessageSelector.bySql("a > 1"))),
            entry("group", new Expected("#{'g' + 1}", ListenerEndpoint::group, "g1")),
            entry(
                    "messageModel",
                    new Expected("#{'broadcasting'}", it -> it.settings().messageModel(), MessageModel.BROADCASTING)),
            entry("consumeMode", new Expected("#{'pop'}", it -> it.settings().consumeMode(), ConsumeMode.POP)),
            entry(
                    "consumeFrom",
                    new Expected("#{'earliest'}", it -> it.settings().startFrom(), StartPosition.earliest())),
            entry("ordered", new Expected("#{1 < 2}", it -> it.target().kind(), ListenerKind.ORDERED)),
            entry("batchSize", new Expected("#{2 * 16}", it -> it.settings().batchSize(), 32)),
            entry("concurrency", new Expected("#{2 * 2}", it -> it.settings().concurrency(), 4)),
            entry(
                    "maxReconsumeTimes",
                    new Expected("#{1 + 2}", it -> it.settings().maxReconsumeTimes(), 3)),
            entry(
                    "delays",
                    new Expected(
                            "#{{'5s', '1m'}}",
                            it -> it.settings().retryRules().get(0).delays(),
                            List.of(Duration.ofSeconds(5), Duration.ofMinutes(1)))),
            entry(
                    "times",
                    new Expected(
                            "#{1 + 1}", it -> it.settings().retryRules().get(0).times(), 2)),
            entry(
                    "errorHandler",
                    new Expected("#{'lenient'}", it -> it.settings().errorHandler(), LENIENT)),
            entry(
                    "splitResult",
                    new Expected("#{1 > 2}", it -> it.settings().results(), new ResultRules(false, false))),
            entry(
                    "returnExceptions",
                    new Expected("#{1 < 2}", it -> it.settings().results(), new ResultRules(true, true))),
            entry("id", new Expected("#{'i' + 1}", ListenerEndpoint::id, "i1")),
            entry("autoStartup", new Expected("#{1 < 2}", ListenerEndpoint::autoStartup, true)),
            entry("phase", new Expected("#{3 + 4}", ListenerEndpoint::phase, 7))));

    private static Object selector(ListenerEndpoint endpoint) {
        return endpoint.subscriptions().get("orders");
    }

    static Set<String> attributes() {
        return EXPECTED.keySet();
    }

    @Configuration
    static class Beans {

        @Bean
        static PropertySourcesPlaceholderConfigurer placeholders() {
            return new PropertySourcesPlaceholderConfigurer();
        }

        @Bean
        MethodListenerFactory methods(BeanFactory beans) {
            return new MethodListenerFactory(
                    MessageMapper.json(JsonMapper.builder().build()), beans);
        }

        @Bean
        ListenerErrorHandler lenient() {
            return LENIENT;
        }
    }

    @ParameterizedTest
    @MethodSource("attributes")
    void takesPlaceholderForExpression(String attribute) throws ReflectiveOperationException {
        Expected expected = EXPECTED.get(attribute);

        ListenerEndpoint endpoint = read(Map.of(attribute, expected.given()));

        assertThat(expected.read().apply(endpoint)).isEqualTo(expected.value());
    }

    private static ListenerEndpoint read(Map<String, Object> properties) throws ReflectiveOperationException {
        Method method = Undecided.class.getDeclaredMethod("listen", List.class);
        MessageListener listener = AnnotatedElementUtils.getMergedAnnotation(method, MessageListener.class);
        Undecided bean = new Undecided();
        Declaration declaration = new Declaration(bean, "undecided", Undecided.class, method, listener, 0);
        try (var context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
            context.register(Beans.class);
            context.refresh();
            AttributeResolver attributes = new AttributeResolver(context.getBeanFactory(), bean, "here");
            return new EndpointReader(context.getBeanFactory(), attributes, declaration).read(listener);
        }
    }

    /** They are read where the endpoint goes, and name what is not there. */
    @ParameterizedTest
    @ValueSource(strings = {"cluster", "containerFactory"})
    void looksForWhatThePlaceholderNames(String attribute) {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> MessageListenerPostProcessorTest.context(
                                Map.of(attribute, "#{'ma' + 'rs'}"), Undecided.class)
                        .close())
                .withMessageContaining(attribute + "=mars");
    }

    @Test
    void knowsAllAttributesThatAreTexts() throws ReflectiveOperationException {
        Set<String> shown = new TreeSet<>(EXPECTED.keySet());
        shown.addAll(Set.of("cluster", "containerFactory"));
        MessageListener listener = AnnotatedElementUtils.getMergedAnnotation(
                Undecided.class.getDeclaredMethod("listen", List.class), MessageListener.class);

        Map<String, String> texts = texts(listener);
        texts.putAll(texts(listener.retry()[0]));

        assertThat(texts.keySet()).isEqualTo(shown);
        assertThat(texts).allSatisfy((name, text) -> assertThat(text).startsWith("${" + name + ":"));
    }

    /** The attributes that are texts, without {@code value}, which is another name of one of them. */
    private static Map<String, String> texts(Annotation annotation) throws ReflectiveOperationException {
        Map<String, String> texts = new TreeMap<>();
        for (Method attribute : annotation.annotationType().getDeclaredMethods()) {
            Object value = attribute.invoke(annotation);
            if (attribute.getName().equals("value")) {
                continue;
            }
            if (value instanceof String text) {
                texts.put(attribute.getName(), text);
            } else if (value instanceof String[] several) {
                texts.put(attribute.getName(), String.join(",", several));
            }
        }
        return texts;
    }
}
