package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.spring.FakeProducer;
import io.ternmq.spring.core.SendInterceptor;
import io.ternmq.spring.support.MessageMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** Interceptors of sends around the replies of listeners. */
class ReplyInterceptorTest {

    private final MessageMapper mapper = MessageMapper.json(JsonMapper.builder().build());
    private final FakeProducer producer = new FakeProducer();
    private final List<String> seen = new ArrayList<>();

    static class Answers {

        String answer(String text) {
            if (text.equals("?")) {
                throw new IllegalArgumentException("nothing is asked");
            }
            return "yes";
        }
    }

    private final SendInterceptor recording = reply -> {
        seen.add("before " + reply.getTopic());
        return (result, failure) -> seen.add("after " + (result == null ? null : result.getMessageId())
                + (failure == null ? "" : " " + failure.getMessage()));
    };

    private final SendInterceptor refusing = reply -> {
        throw new IllegalStateException("not allowed");
    };

    private Action consume(String question, SendInterceptor... interceptors) throws Exception {
        ListenerTarget target = new MethodListenerFactory(mapper, new DefaultListableBeanFactory())
                .create(new Answers(), Answers.class.getDeclaredMethod("answer", String.class));
        ReplySender replies = new ReplySender(() -> null, () -> producer, mapper, List.of(interceptors));
        ListenerServices services = new ListenerServices(
                List.of(), List.of(), failure -> null, replies.with(new ResultRules(true, question.equals("?"))));
        ConsumerConfig config = ConsumerConfig.builder(ClientConfig.of("127.0.0.1:1"), "answers")
                .build();
        Message request = new Message("questions", "", question.getBytes(UTF_8));
        request.putSystemProperties("REPLY_TO_CLIENT", "somebody");
        request.putSystemProperties("CLUSTER", "shop");
        return new ListenerPipeline("answers", target, services, List.of(), config).consume(request, () -> "answers");
    }

    @Test
    void learnOfTheReplyAndItsEnd() throws Exception {
        assertThat(consume("well?", recording)).isEqualTo(Action.CommitMessage);

        assertThat(seen).containsExactly("before shop_REPLY_TOPIC", "after id-1");
    }

    @Test
    void learnOfAReplyThatNobodyTakes() throws Exception {
        producer.refuse(new MQClientException("the requester is gone"));

        assertThat(consume("well?", recording)).isEqualTo(Action.CommitMessage);

        assertThat(seen).containsExactly("before shop_REPLY_TOPIC", "after null the requester is gone");
    }

    @Test
    void letAListenerFailWhoseReplyTheyRefuse() throws Exception {
        assertThat(consume("well?", recording, refusing)).isEqualTo(Action.ReconsumeLater);
        assertThat(seen).containsExactly("before shop_REPLY_TOPIC", "after null not allowed");
        assertThat(producer.sent()).hasSize(0);
    }

    @Test
    void leaveAFailureThatIsNotToBeAnsweredToTheOtherRules() throws Exception {
        assertThat(consume("?", refusing)).isEqualTo(Action.ReconsumeLater);
        assertThat(producer.sent()).isEmpty();
    }
}
