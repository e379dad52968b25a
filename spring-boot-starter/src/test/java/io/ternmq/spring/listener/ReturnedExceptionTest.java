package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.spring.support.MessageMapper;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are answered with the exception by which they fail, and those for which that would be the end of the work. */
class ReturnedExceptionTest {

    private final MessageMapper mapper =
            MessageMapper.json(() -> JsonMapper.builder().build(), List.of(), UnaryOperator.identity());
    private final List<String> replies = new ArrayList<>();
    private final Producer producer = (Producer) Proxy.newProxyInstance(
            Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                replies.add(new String(((Message) arguments[1]).getBody(), UTF_8));
                return null;
            });

    static class Answers {

        String answer(String text) {
            if (text.equals("?")) {
                throw new IllegalArgumentException("nothing is asked");
            }
            return "yes";
        }
    }

    /** A transaction around the call that cannot commit; what the method throws goes on. */
    private static final ListenerInterceptor CANNOT_COMMIT = (call, next) -> {
        next.proceed();
        throw new IllegalStateException("cannot commit");
    };

    private Action consume(String question, int reconsumeTimes, ListenerInterceptor... interceptors) throws Exception {
        ListenerTarget target = new MethodListenerFactory(mapper, new DefaultListableBeanFactory())
                .create(new Answers(), Answers.class.getDeclaredMethod("answer", String.class));
        ListenerServices services = new ListenerServices(
                List.of(),
                List.of(interceptors),
                failure -> null,
                new ReplySender(() -> null, () -> producer, mapper).with(new ResultRules(true, true)));
        ConsumerConfig config = ConsumerConfig.builder(ClientConfig.of("127.0.0.1:1"), "answers")
                .build();
        Message request = new Message("questions", "", question.getBytes(UTF_8));
        request.putSystemProperties("REPLY_TO_CLIENT", "somebody");
        request.setReconsumeTimes(reconsumeTimes);
        return new ListenerPipeline("answers", target, services, List.of(), config).consume(request, () -> "answers");
    }

    @Test
    void isTheAnswerAndTheEndWhereNoResultWasSent() throws Exception {
        assertThat(consume("?", 0)).isEqualTo(Action.CommitMessage);
        assertThat(consume("?", 0, CANNOT_COMMIT)).isEqualTo(Action.CommitMessage);

        assertThat(replies).containsExactly("nothing is asked", "nothing is asked");
    }

    @Test
    void isNoAnswerWhenTheResultIsSentBeforeAnInterceptorFails() throws Exception {
        assertThat(consume("well?", 0, CANNOT_COMMIT)).isEqualTo(Action.ReconsumeLater);

        assertThat(replies).containsExactly("yes");
    }

    @Test
    void isNoAnswerToAMessageThatComesAgainForThat() throws Exception {
        assertThat(consume("?", 1)).isEqualTo(Action.ReconsumeLater);

        assertThat(replies).isEmpty();
    }
}
