package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.client.RecallOutcome;
import io.ternmq.client.RescheduleResult;
import io.ternmq.client.SendResult;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.RemoteListenerException;
import io.ternmq.spring.core.SendInterceptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.messaging.MessagingException;
import org.springframework.messaging.converter.MessageConversionException;

/** What the template can do, on a broker. */
class MessageTemplateIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withBean(Desk.class)
            .withPropertyValues("ternmq.consumer.consume-from=earliest");

    record Question(int number) {}

    record Answer(int number) {}

    static class Desk {

        private final List<String> received = new CopyOnWriteArrayList<>();
        private final ObjectProvider<Producer> producer;

        Desk(ObjectProvider<Producer> producer) {
            this.producer = producer;
        }

        @MessageListener(topics = "orders", group = "desk")
        void listen(String text) {
            received.add(text);
        }

        @MessageListener(topics = "questions", group = "answers")
        void answer(Question question, Message request) {
            producer.getObject()
                    .reply(
                            request,
                            new Message(
                                    "",
                                    "",
                                    ("{\"number\":" + question.number() * 2 + "}").getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void sendsBatchesInOrder() {
        runner.run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);

            List<SendResult> results = template.sendAll("orders", List.of("a", "b", "c"));
            List<SendResult> later =
                    template.sendAllAsync("orders", List.of("d", "e")).join();

            assertThat(results)
                    .extracting(SendResult::getMessageId)
                    .doesNotHaveDuplicates()
                    .hasSize(3);
            assertThat(later).hasSize(2);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Desk.class).received)
                            .containsExactlyInAnyOrder("a", "b", "c", "d", "e"));
        });
    }

    @Test
    void receivesTypedReplies() {
        runner.run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);

            assertThat(template.sendAndReceive("questions", new Question(21), Answer.class, PATIENCE))
                    .isEqualTo(new Answer(42));
            assertThat(template.sendAndReceiveAsync("questions", new Question(4), Answer.class, PATIENCE)
                            .join())
                    .isEqualTo(new Answer(8));
        });
    }

    @Test
    void receivesRepliesOfGenericTypes() {
        runner.withBean(Lists.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            ParameterizedTypeReference<List<Answer>> answers = new ParameterizedTypeReference<>() {};
            List<Answer> expected = List.of(new Answer(1), new Answer(2));

            assertThat(template.sendAndReceive("lists", new Question(2), answers, PATIENCE))
                    .isEqualTo(expected);
            assertThat(template.sendAndReceiveAsync("lists", new Question(2), answers, PATIENCE)
                            .join())
                    .isEqualTo(expected);
            MessageTemplate.Outgoing draft = template.destination("lists").key("K1");
            assertThat(draft.sendAndReceive(new Question(1), answers, PATIENCE)).containsExactly(new Answer(1));
            assertThat(draft.sendAndReceiveAsync(new Question(1), answers, PATIENCE)
                            .join())
                    .containsExactly(new Answer(1));
            assertThat(draft.sendAndReceive(new Question(1), String.class, PATIENCE))
                    .isEqualTo("[{\"number\":1}]");
            assertThat(draft.sendAndReceiveAsync(new Question(1), String.class, PATIENCE)
                            .join())
                    .isEqualTo("[{\"number\":1}]");
            assertThat(context.getBean(Lists.class).keys).containsExactly("", "", "K1", "K1", "K1", "K1");
            assertThatThrownBy(() -> template.sendAndReceive(
                            "lists",
                            new Question(1),
                            new ParameterizedTypeReference<Map<String, Answer>>() {},
                            PATIENCE))
                    .isInstanceOf(MessageConversionException.class);
            assertThat(template.sendAndReceiveAsync("li sts", new Question(1), answers, PATIENCE))
                    .isCompletedExceptionally();
        });
    }

    static class Lists {

        private final List<String> keys = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "lists", group = "lists")
        List<Answer> count(Question question, Message message) {
            keys.add(message.getKey());
            return IntStream.rangeClosed(1, question.number())
                    .mapToObj(Answer::new)
                    .toList();
        }
    }

    @Test
    void requestsForCodeThatIsWrittenForAnyMessagingSystem() {
        runner.withBean(Answering.class).run(context -> {
            var requests = context.getBean(MessageTemplate.class).requestOperations("questions", PATIENCE);

            assertThat(requests.convertSendAndReceive(new Question(21), Answer.class))
                    .isEqualTo(new Answer(42));
            assertThat(requests.convertSendAndReceive("asked", "!", Map.of("trace", "t1"), String.class))
                    .isEqualTo("yes");
            assertThatThrownBy(() -> requests.convertSendAndReceive("asked", "?", String.class))
                    .isInstanceOf(MessagingException.class)
                    .hasCauseInstanceOf(RemoteListenerException.class);
        });
    }

    static class Answering {

        @MessageListener(topics = "asked", group = "asked", returnExceptions = "true")
        String answer(String question) {
            if (question.equals("?")) {
                throw new IllegalArgumentException("nothing is asked");
            }
            return "yes";
        }
    }

    static class Recorder implements SendInterceptor {

        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public Completion before(Message message) {
            String what = new String(message.getBody(), StandardCharsets.UTF_8) + " to " + message.getTopic();
            seen.add("before " + what);
            message.putUserProperties("seen", "before it was sent");
            return (result, failure) ->
                    seen.add("after " + what + (result == null ? "" : " stored") + (failure == null ? "" : " failed"));
        }
    }

    @Test
    void tellsInterceptorsOfRepliesAndOfFailuresThatAreReplies() {
        runner.withBean(Answering.class).withBean(Recorder.class).run(context -> {
            List<String> seen = context.getBean(Recorder.class).seen;

            Message reply = context.getBean(Producer.class)
                    .request(new Message("asked", "", "!".getBytes(StandardCharsets.UTF_8)), PATIENCE);
            assertThat(reply.getUserProperties("seen")).isEqualTo("before it was sent");
            assertThatThrownBy(() ->
                            context.getBean(MessageTemplate.class).sendAndReceive("asked", "?", String.class, PATIENCE))
                    .isInstanceOf(RemoteListenerException.class);

            String replies = reply.getTopic();
            assertThat(replies).endsWith("_REPLY_TOPIC");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(seen)
                            .containsExactlyInAnyOrder(
                                    "before yes to " + replies,
                                    "after yes to " + replies + " stored",
                                    "before ? to asked",
                                    "after ? to asked",
                                    "before nothing is asked to " + replies,
                                    "after nothing is asked to " + replies + " stored"));
        });
    }

    @Test
    void takesDelayedMessagesBackOrMovesThem() {
        runner.run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            SendResult cancelled =
                    template.destination("orders").delay(Duration.ofHours(1)).send("cancelled");
            SendResult moved =
                    template.destination("orders").delay(Duration.ofHours(1)).send("moved");

            assertThat(template.cancel(cancelled)).isEqualTo(RecallOutcome.CANCELLED);
            assertThat(template.reschedule(moved, Instant.now()).outcome())
                    .isEqualTo(RescheduleResult.Outcome.RESCHEDULED);

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(context.getBean(Desk.class).received).containsExactly("moved"));
            SendResult atOnce = template.convertAndSend("orders", "at once");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> template.cancel(atOnce))
                    .withMessageContaining("messageId=" + atOnce.getMessageId());
        });
    }

    @Test
    void servesCodeThatIsWrittenForAnyMessagingSystem() {
        runner.run(context -> {
            var operations = context.getBean(MessageTemplate.class).operations("orders:default");

            operations.convertAndSend("by default");
            operations.convertAndSend("orders", "with header", Map.of("trace", "t1"));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Desk.class).received)
                            .containsExactlyInAnyOrder("by default", "with header"));
        });
    }
}
