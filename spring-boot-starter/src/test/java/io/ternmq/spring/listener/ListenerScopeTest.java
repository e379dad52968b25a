package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumeOrderContext;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.spring.support.MessageMapper;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** What scopes are around, and what they are told at the end. */
class ListenerScopeTest {

    private static final ConsumeOutcome DONE = ConsumeOutcome.done();
    private static final ConsumeOutcome RETRY = ConsumeOutcome.retry();

    private final MessageMapper mapper =
            MessageMapper.json(() -> JsonMapper.builder().build(), List.of(), UnaryOperator.identity());
    private final List<ListenerOutcome> told = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private ListenerErrorHandler errorHandler = failure -> null;
    private List<ListenerScope> scopes = List.of(delivery -> told::add);
    private List<ListenerInterceptor> interceptors = List.of();

    /** Does what the text says. */
    @SuppressWarnings("unused")
    static class Listeners {

        record Item(String id) {}

        ConsumeOutcome returns(String text) {
            return switch (text) {
                case "later" -> ConsumeOutcome.retryAfter(Duration.ofHours(1));
                case "never" -> ConsumeOutcome.deadLetter("never");
                default -> ConsumeOutcome.done();
            };
        }

        @Nullable
        Action decides(String text) {
            return text.equals("again") ? Action.ReconsumeLater : text.equals("null") ? null : Action.CommitMessage;
        }

        Action byContext(String text, ConsumeContext context) {
            context.deadLetter("by context");
            return text.equals("again") ? Action.ReconsumeLater : Action.CommitMessage;
        }

        OrderAction inOrder(String text, ConsumeOrderContext context) {
            context.deadLetter("by context");
            return text.equals("again") ? OrderAction.Suspend : OrderAction.Success;
        }

        void acknowledges(String text, Acknowledgement acknowledgement) {
            acknowledgement.deadLetter("by acknowledgement");
        }

        void throwing(String text) {
            switch (text) {
                case "never" -> throw new DeadLetterException("never");
                case "hopeless" -> throw new OutOfMemoryError("none left");
                default -> throw new IllegalStateException(text);
            }
        }

        void reads(Item item) {}

        List<ConsumeOutcome> batch(List<String> texts) {
            return texts.stream().map(this::returns).toList();
        }

        void readsAll(List<Item> items) {}
    }

    private static Message message(String text) {
        return new Message("orders", "create", text.getBytes(UTF_8));
    }

    private ListenerPipeline pipeline(String name, ListenerKind kind) {
        MethodListenerFactory factory = new MethodListenerFactory(mapper, new DefaultListableBeanFactory());
        Listeners bean = new Listeners();
        ListenerTarget target = name.equals("pays")
                ? factory.create(bean, List.of(new TagMethod(method("reads"), null, Set.of("pay"))), kind)
                : factory.create(bean, method(name), kind);
        return new ListenerPipeline(
                "shop.listen",
                target,
                new ListenerServices(scopes, interceptors, errorHandler, null),
                List.of(),
                ConsumerConfig.builder(ClientConfig.of("127.0.0.1:1"), "shop").build());
    }

    private static Method method(String name) {
        return Arrays.stream(Listeners.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private ListenerOutcome one(String method, String text) {
        pipeline(method, ListenerKind.CONCURRENT).consume(message(text), () -> "shop");
        return told.get(told.size() - 1);
    }

    private ListenerOutcome batch(String method, String... texts) {
        pipeline(method, ListenerKind.BATCH)
                .consumeBatch(
                        Arrays.stream(texts).map(ListenerScopeTest::message).toList(), () -> "shop");
        return told.get(told.size() - 1);
    }

    private ListenerOutcome inOrder(String text) {
        pipeline("inOrder", ListenerKind.ORDERED).consumeInOrder(message(text), new ConsumeOrderContext() {
            @Override
            public String getGroupId() {
                return "shop";
            }

            @Override
            public void suspendFor(Duration time) {}
        });
        return told.get(told.size() - 1);
    }

    @Test
    void learnWhatMethodsSay() {
        assertThat(one("returns", "fine")).isEqualTo(new ListenerOutcome(List.of(DONE), null, false));
        assertThat(one("returns", "later").messages()).containsExactly(ConsumeOutcome.retryAfter(Duration.ofHours(1)));
        assertThat(one("returns", "never").messages()).containsExactly(ConsumeOutcome.deadLetter("never"));
        assertThat(one("decides", "fine").messages()).containsExactly(DONE);
        assertThat(one("decides", "again").messages()).containsExactly(RETRY);
        assertThat(one("decides", "null").messages()).containsExactly(RETRY);
        assertThat(one("acknowledges", "fine").messages())
                .containsExactly(ConsumeOutcome.deadLetter("by acknowledgement"));
        assertThat(one("byContext", "again").messages()).containsExactly(ConsumeOutcome.deadLetter("by context"));
        assertThat(one("byContext", "fine").messages()).containsExactly(DONE);
        assertThat(inOrder("again").messages()).containsExactly(ConsumeOutcome.deadLetter("by context"));
        assertThat(inOrder("fine").messages()).containsExactly(DONE);
        assertThat(told).extracting(ListenerOutcome::failure).containsOnlyNulls();
    }

    @Test
    void learnWhatBecomesOfWhatFailed() {
        assertThat(one("throwing", "oh").messages()).containsExactly(RETRY);
        assertThat(told.get(0).failure()).isInstanceOf(IllegalStateException.class);
        assertThat(told.get(0).threw()).isTrue();
        ListenerOutcome never = one("throwing", "never");
        assertThat(never.messages()).containsExactly(ConsumeOutcome.deadLetter("never"));
        assertThat(never.failure()).isInstanceOf(DeadLetterException.class);
        errorHandler = failure -> ConsumeOutcome.done();
        ListenerOutcome handled = one("throwing", "oh");
        assertThat(handled.messages()).containsExactly(DONE);
        assertThat(handled.failure()).hasMessage("oh");
    }

    @Test
    void learnOfWhatIsNotHandedOver() {
        ListenerOutcome unread = one("reads", "no json");
        assertThat(unread.worst()).isInstanceOf(ConsumeOutcome.DeadLetter.class);
        assertThat(unread.failure()).hasMessageContaining("JSON");
        ListenerOutcome nobody = one("pays", "{}");
        assertThat(nobody.worst()).isInstanceOf(ConsumeOutcome.DeadLetter.class);
        assertThat(nobody.failure()).isInstanceOf(NoHandlerException.class);
    }

    @Test
    void learnOfEachMessageOfABatchAndWhatIsWorst() {
        ListenerOutcome mixed = batch("batch", "fine", "later", "never");
        assertThat(mixed.messages())
                .containsExactly(
                        DONE, ConsumeOutcome.retryAfter(Duration.ofHours(1)), ConsumeOutcome.deadLetter("never"));
        assertThat(mixed.worst()).isEqualTo(ConsumeOutcome.deadLetter("never"));
        assertThat(batch("batch", "later", "fine").worst()).isInstanceOf(ConsumeOutcome.Retry.class);
        assertThat(batch("batch", "fine", "fine").worst()).isEqualTo(DONE);

        ListenerOutcome some = batch("readsAll", "{\"id\":\"a\"}", "no json");
        assertThat(some.messages()).first().isEqualTo(DONE);
        assertThat(some.messages()).last().isInstanceOf(ConsumeOutcome.DeadLetter.class);
        assertThat(some.failure()).hasMessageContaining("JSON");
        assertThat(some.threw()).isFalse();
        ListenerOutcome none = batch("readsAll", "no json", "none too");
        assertThat(none.messages()).hasSize(2).allMatch(ConsumeOutcome.DeadLetter.class::isInstance);
        assertThat(none.failure()).isNotNull();
    }

    @Test
    void areClosedByErrorsThatNobodyHandles() {
        assertThatThrownBy(() -> one("throwing", "hopeless")).isInstanceOf(OutOfMemoryError.class);

        assertThat(told).singleElement().satisfies(outcome -> {
            assertThat(outcome.messages()).containsExactly(RETRY);
            assertThat(outcome.failure()).isInstanceOf(OutOfMemoryError.class);
        });
    }

    /** Notes the line about a failure among the other events. */
    private final class Lines extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains("key=of-this-test")) {
                events.add("line");
            }
        }
    }

    private ListenerScope scope(String name) {
        return delivery -> {
            events.add("open " + name);
            return outcome -> events.add("close " + name);
        };
    }

    @Test
    void areAroundErrorHandlerAndReportWhichComeAfterTheInterceptors() {
        Logger logger = (Logger) LoggerFactory.getLogger(ListenerContainer.class);
        Lines lines = new Lines();
        lines.setContext(logger.getLoggerContext());
        lines.start();
        logger.addAppender(lines);
        scopes = List.of(scope("outer"), scope("inner"));
        interceptors = List.of((call, next) -> {
            events.add("begin");
            try {
                return next.proceed();
            } catch (IllegalStateException e) {
                events.add("rollback");
                throw e;
            }
        });
        errorHandler = failure -> {
            events.add("handler");
            return null;
        };
        try {
            Message message = new Message("orders", "create", "of-this-test", "oh".getBytes(UTF_8));
            pipeline("throwing", ListenerKind.CONCURRENT).consume(message, () -> "shop");
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(events)
                .containsExactly(
                        "open outer",
                        "open inner",
                        "begin",
                        "rollback",
                        "handler",
                        "line",
                        "close inner",
                        "close outer");
    }

    @Test
    void doNoHarmWhenTheyFail() {
        scopes = List.of(
                scope("first"),
                delivery -> {
                    throw new IllegalStateException("cannot open");
                },
                delivery -> outcome -> {
                    throw new IllegalStateException("cannot close");
                },
                delivery -> {
                    throw new NoClassDefFoundError("cannot open");
                },
                delivery -> outcome -> {
                    throw new NoSuchMethodError("cannot close");
                },
                scope("last"));

        Action action = pipeline("decides", ListenerKind.CONCURRENT).consume(message("fine"), () -> "shop");

        assertThat(action).isEqualTo(Action.CommitMessage);
        assertThat(events).containsExactly("open first", "open last", "close last", "close first");
    }

    @Test
    void areClosedIfAnErrorThatNobodyHandlesComesFromOneOfThem() {
        scopes = List.of(scope("first"), delivery -> {
            throw new OutOfMemoryError("cannot open");
        });
        assertThatThrownBy(() -> one("decides", "fine")).hasMessage("cannot open");
        assertThat(events).containsExactly("open first", "close first");

        events.clear();
        scopes = List.of(scope("first"), delivery -> outcome -> {
            throw new OutOfMemoryError("cannot close");
        });
        assertThatThrownBy(() -> one("decides", "fine")).hasMessage("cannot close");
        assertThat(events).containsExactly("open first", "close first");
    }
}
