package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.Message;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.PayloadTypes;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.messaging.handler.annotation.Header;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which method of a class a message goes to. */
class DispatchTest {

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    interface Event {}

    interface Audited {}

    record Created(String id) implements Event {}

    record Paid(String id) implements Event, Audited {}

    record Moved(String id) {}

    /** Tells when it is initialized, which no sender may bring about. */
    static final class Gadget implements Event {
        static {
            LOADED.set(true);
        }
    }

    static class Methods {

        void created(Created created) {}

        void createdToo(@Header("key") String key, org.springframework.messaging.Message<Created> created) {}

        void paid(Optional<Paid> paid) {}

        void event(org.springframework.messaging.Message<? extends Event> event) {}

        void audited(Audited audited) {}

        void moved(Moved moved) {}

        void object(Object anything) {}

        void text(String text) {}

        void bytes(byte[] bytes) {}

        void tree(JsonNode tree) {}

        void map(Map<String, Object> map) {}

        void message(org.springframework.messaging.Message<?> message) {}

        void client(Message message) {}

        void nothing(@Header("key") String key) {}
    }

    @Test
    void typeDecidesBetweenMethodsForTheSameTags() {
        Function of = dispatch(method("created"), method("paid"), method("object"));

        assertThat(of.choose("any", "created")).isEqualTo("created");
        assertThat(of.choose("any", "paid")).isEqualTo("paid");
        assertThat(of.choose("any", Created.class.getName())).isEqualTo("created");
        assertThat(of.choose("any", Paid.class.getName())).isEqualTo("paid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"object", "text", "bytes", "tree", "map", "message", "client", "nothing"})
    void whatNamesNoTypeOrAnotherGoesToTheMethodThatLeavesItOpen(String open) {
        Function of = dispatch(method(open), method("created"), method("paid"));

        assertThat(of.choose("any", null)).isEqualTo(open);
        assertThat(of.choose("any", "moved")).isEqualTo(open);
        assertThat(of.choose("any", "java.lang.String")).isEqualTo(open);
        assertThat(of.choose("any", "created")).isEqualTo("created");
    }

    @Test
    void nearestTypeTakesWhatSeveralCouldTake() {
        Function of = dispatch(method("event"), method("created"), method("object"));

        assertThat(of.choose("any", "created")).isEqualTo("created");
        assertThat(of.choose("any", "paid")).isEqualTo("event");
        assertThat(of.choose("any", Event.class.getName())).isEqualTo("event");
    }

    @Test
    void tagsAndTopicDecideBeforeTheType() {
        Function of = dispatch(
                method("created", "a", "b"),
                method("paid", "b", "c"),
                new TagMethod(named("moved"), "stock", Set.of("b")),
                method("object"));

        assertThat(of.choose("a", "paid")).as("the only one for the tag").isEqualTo("created");
        assertThat(of.choose("b", "paid")).isEqualTo("paid");
        assertThat(of.choose("b", "created")).isEqualTo("created");
        assertThat(of.choose("b", "moved")).as("none of its tag").isEqualTo("object");
        assertThat(of.choose("other", "created")).isEqualTo("object");
        assertThat(of.choose(message("stock", "b", "paid"))).isEqualTo("moved");
    }

    @Test
    void methodAloneTakesAllTypes() {
        assertThat(dispatch(method("created")).choose("any", "moved")).isEqualTo("created");
        assertThat(dispatch(method("created", "a"), method("paid", "b")).choose("b", null))
                .isEqualTo("paid");
    }

    @Test
    void saysWhichTypesThereAreWhenNoMethodIsForOne() {
        Function of = dispatch(method("created", "a"), method("paid", "a"));

        assertThatExceptionOfType(NoHandlerException.class)
                .isThrownBy(() -> of.choose("a", "moved"))
                .withMessageContaining("topic=orders, tag=a, type=moved")
                .withMessageContainingAll(Created.class.getName(), Paid.class.getName(), "ternmq.conversion.type-ids");
        assertThatExceptionOfType(NoHandlerException.class)
                .isThrownBy(() -> of.choose("a", null))
                .withMessageContaining("tag=a, type=,");
        assertThatExceptionOfType(NoHandlerException.class)
                .isThrownBy(() -> of.choose("b", "created"))
                .withMessageContaining("no method is for this message: topic=orders, tag=b");
    }

    @Test
    void loadsNoClassThatIsNotTrusted() {
        Function of = dispatch(method("event"), method("object"));

        assertThat(of.choose("any", DispatchTest.class.getName() + "$Gadget")).isEqualTo("object");
        assertThat(of.choose("any", "java.lang.ProcessBuilder")).isEqualTo("object");
        assertThat(LOADED).isFalse();
    }

    @Test
    void trustedPackagesNameTheirClasses() {
        PayloadTypes trusting = new PayloadTypes("type", Map.of(), List.of("io.ternmq.spring.listener"));
        Function of = dispatch(trusting, method("event"), method("audited"), method("object"));

        assertThat(of.choose("any", Created.class.getName())).isEqualTo("event");
        assertThat(of.choose("any", "io.ternmq.spring.listener.Missing")).isEqualTo("object");
        assertThatExceptionOfType(NoHandlerException.class)
                .as("both take it, and neither is nearer")
                .isThrownBy(() -> of.choose("any", Paid.class.getName()))
                .withMessageContainingAll(
                        "several methods",
                        "type=" + Paid.class.getName(),
                        Event.class.getName(),
                        Audited.class.getName());
    }

    @Test
    void refusesMethodsThatWantTheSame() {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> dispatch(method("created"), method("paid"), method("createdToo")))
                .withMessageContainingAll("Methods.created(", "Methods.createdToo(");
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> dispatch(method("text", "a"), method("message", "b", "a")))
                .withMessageContainingAll("Methods.text(", "Methods.message(");
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> dispatch(method("event"), method("audited")))
                .withMessageContainingAll("Methods.event(", "Methods.audited(", "id=paid", Paid.class.getName());
        assertThat(dispatch(method("event"), method("audited"), method("paid")).choose("any", "paid"))
                .isEqualTo("paid");
        assertThat(dispatch(method("text", "a"), method("message", "b")).choose("b", null))
                .isEqualTo("message");
    }

    @FunctionalInterface
    private interface Function {

        String choose(Message message);

        default String choose(String tag, @Nullable String type) {
            return choose(message("orders", tag, type));
        }
    }

    private static Message message(String topic, String tag, @Nullable String type) {
        Message message = new Message(topic, tag, "{}".getBytes(UTF_8));
        if (type != null) {
            message.putUserProperties("type", type);
        }
        return message;
    }

    private static Function dispatch(TagMethod... methods) {
        return dispatch(
                new PayloadTypes(
                        "type", Map.of("created", Created.class, "paid", Paid.class, "moved", Moved.class), List.of()),
                methods);
    }

    private static Function dispatch(PayloadTypes types, TagMethod... methods) {
        MethodListenerFactory factory = new MethodListenerFactory(
                MessageMapper.json(JsonMapper.builder().build()),
                new DefaultListableBeanFactory(),
                null,
                types,
                List.of());
        ListenerTarget target = factory.create(new Methods(), List.of(methods), ListenerKind.CONCURRENT);
        return message -> target.callee(message).method().getName();
    }

    private static TagMethod method(String name, String... tags) {
        return new TagMethod(named(name), null, Set.of(tags));
    }

    private static Method named(String name) {
        return Stream.of(Methods.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
