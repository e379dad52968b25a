package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.RemoteListenerException;
import io.ternmq.spring.listener.BatchFailedException;
import io.ternmq.spring.listener.DeadLetterException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.RetryAfterException;
import io.ternmq.spring.support.FailureReply;
import io.ternmq.spring.support.TernMQHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.handler.annotation.Header;

/** Exceptions that decide themselves, or that go back to whoever asked, against the embedded broker. */
class ListenerExceptionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues("ternmq.consumer.consume-from=earliest");

    static final class UnknownAccountException extends DeadLetterException {

        private static final long serialVersionUID = 1L;

        UnknownAccountException(String account) {
            super("no such account: account=" + account);
        }
    }

    static class Deciding {

        final Map<String, Integer> calls = new ConcurrentHashMap<>();

        private int count(String name) {
            return calls.merge(name, 1, Integer::sum);
        }

        /** Its rule would wait for an hour, and so would show. */
        @MessageListener(topics = "in", group = "single", maxReconsumeTimes = "3", retry = @Retry(delays = "1h"))
        void single(String text) {
            int call = count(text);
            switch (text) {
                case "never" -> throw new UnknownAccountException("A1");
                case "wrapped" -> throw new IllegalStateException("around", new DeadLetterException("deep inside"));
                case "later" -> {
                    if (call < 3) {
                        throw new IllegalStateException(
                                "around", new RetryAfterException(Duration.ofMillis(10), "busy"));
                    }
                }
                default -> throw new RetryAfterException(Duration.ofMillis(10), "always busy");
            }
        }

        @MessageListener(topics = "in", group = "future", retry = @Retry(delays = "1h"))
        CompletableFuture<Void> future(String text) {
            return CompletableFuture.runAsync(() -> {
                throw new DeadLetterException("in the future: " + text);
            });
        }

        @MessageListener(topics = "in", group = "batch", batchSize = "10", retry = @Retry(delays = "1h"))
        void batch(List<String> texts) {
            throw BatchFailedException.from(0, texts.size(), new DeadLetterException("of a batch"));
        }

        @MessageListener(topics = "in", group = "ordered", ordered = "true", retry = @Retry(delays = "30s"))
        void ordered(String text, @Header(TernMQHeaders.RECONSUME_TIMES) int times) {
            if (times < 2) {
                throw new RetryAfterException(Duration.ofMillis(10), "not yet");
            }
            throw new DeadLetterException("in order: " + text);
        }

        @MessageListener(topics = "in", group = "handled", errorHandler = "handler")
        void handled(String text) {
            throw new DeadLetterException("asked for: " + text);
        }
    }

    @Test
    void exceptionsSayWhatBecomesOfTheMessage() {
        ListenerErrorHandler handler = failure -> failure.wanted() instanceof ConsumeOutcome.DeadLetter dead
                        && dead.reason().endsWith("never")
                ? ConsumeOutcome.deadLetter("the handler is asked first: " + dead.reason())
                : null;
        runner.withBean(Deciding.class)
                .withBean("handler", ListenerErrorHandler.class, () -> handler)
                .withBean("usual", ListenerErrorHandler.class, () -> failure -> null, usual -> usual.setPrimary(true))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    List.of("never", "wrapped", "later", "always").forEach(text -> template.convertAndSend("in", text));

                    dies(
                            context,
                            "single",
                            "no such account: account=A1",
                            "deep inside",
                            RetryAfterException.class.getName() + ": always busy");
                    dies(
                            context,
                            "future",
                            "in the future: never",
                            "in the future: wrapped",
                            "in the future: later",
                            "in the future: always");
                    dies(context, "batch", "of a batch", "of a batch", "of a batch", "of a batch");
                    dies(
                            context,
                            "ordered",
                            "in order: never",
                            "in order: wrapped",
                            "in order: later",
                            "in order: always");
                    dies(
                            context,
                            "handled",
                            "the handler is asked first: asked for: never",
                            "asked for: wrapped",
                            "asked for: later",
                            "asked for: always");
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Deciding.class).calls)
                                    .containsExactlyInAnyOrderEntriesOf(
                                            Map.of("never", 1, "wrapped", 1, "later", 3, "always", 4)));
                });
    }

    private static void dies(ApplicationContext context, String group, String... reasons) {
        try (AdminClient admin = AdminClient.create(context.getBean(ClientConfig.class))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(admin.deadLetters(group, 10).letters().stream()
                                    .map(DeadLetter::reason)
                                    .flatMap(Optional::stream))
                            .containsExactlyInAnyOrder(reasons));
        }
    }

    record Question(int number) {}

    static class Answering {

        final Queue<String> calls = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "questions",
                group = "answers",
                returnExceptions = "true",
                retry = @Retry(delays = "10ms", times = "1"))
        String answer(Question question) {
            calls.add("answer " + question.number());
            if (question.number() == 0) {
                throw new UnsupportedOperationException();
            }
            if (question.number() < 0) {
                throw new IllegalArgumentException("negative: number=" + question.number());
            }
            return "yes";
        }
    }

    @Test
    void exceptionsOfRequestsGoToWhoeverAskedIfTheListenerReturnsThem() {
        runner.withBean(Answering.class).run(context -> {
            assertThat(context).hasNotFailed();
            MessageTemplate template = context.getBean(MessageTemplate.class);
            Duration timeout = Duration.ofSeconds(20);

            RemoteListenerException negative = catchThrowableOfType(
                    RemoteListenerException.class,
                    () -> template.sendAndReceive("questions", new Question(-1), String.class, timeout));
            assertThat(negative.type()).isEqualTo(IllegalArgumentException.class.getName());
            assertThat(negative.text()).isEqualTo("negative: number=-1");
            assertThatExceptionOfType(RemoteListenerException.class)
                    .as("without text")
                    .isThrownBy(() -> template.sendAndReceive("questions", new Question(0), String.class, timeout))
                    .withMessageContaining("exception=java.lang.UnsupportedOperationException");
            assertThatExceptionOfType(ExecutionException.class)
                    .as("what cannot be read")
                    .isThrownBy(() -> template.sendAndReceiveAsync("questions", "no json", String.class, timeout)
                            .get())
                    .havingCause()
                    .isInstanceOf(RemoteListenerException.class)
                    .withMessageContaining("MessageConversionException");
            Message plain = context.getBean(Producer.class)
                    .request(new Message("questions", "", "{\"number\":-2}".getBytes(UTF_8)), timeout);
            assertThat(plain.getUserProperties(FailureReply.PROPERTY))
                    .isEqualTo(IllegalArgumentException.class.getName());
            assertThat(plain.getBody()).asString(UTF_8).isEqualTo("negative: number=-2");
            assertThat(template.sendAndReceive("questions", new Question(1), String.class, timeout))
                    .isEqualTo("yes");
            template.convertAndSend("questions", new Question(-3));

            dies(context, "answers", "java.lang.IllegalArgumentException: negative: number=-3");
            assertThat(context.getBean(Answering.class).calls)
                    .as("requests are done, other messages come again")
                    .containsExactly("answer -1", "answer 0", "answer -2", "answer 1", "answer -3", "answer -3");
        });
    }

    static class AnsweringBatches {

        @MessageListener(topics = "questions", group = "answers", batchSize = "2", returnExceptions = "true")
        void answer(List<String> questions) {}
    }

    @Test
    void refusesToReturnTheExceptionsOfBatches() {
        runner.withBean(AnsweringBatches.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "it receives batches", "returnExceptions=true", "AnsweringBatches.answer("));
    }
}
