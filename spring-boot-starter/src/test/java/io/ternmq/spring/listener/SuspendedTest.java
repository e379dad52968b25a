package io.ternmq.spring.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.Action;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Message;
import io.ternmq.spring.support.MessageMapper;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/** Results that come later: suspend functions in their compiled form, and what is waited for how long. */
class SuspendedTest {

    private final Executor elsewhere = task -> new Thread(task).start();
    private final CompletableFuture<Void> never = new CompletableFuture<>();

    final class Listeners {

        Object resumes(String text, Continuation<? super Unit> continuation) {
            elsewhere.execute(() -> continuation.resumeWith(Unit.INSTANCE));
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
        }

        Object fails(String text, Continuation<? super Unit> continuation) {
            elsewhere.execute(
                    () -> continuation.resumeWith(ResultKt.createFailure(new IllegalStateException("later"))));
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
        }

        Object returnsAtOnce(String text, Continuation<? super Action> continuation) {
            return text.equals("again") ? Action.ReconsumeLater : Unit.INSTANCE;
        }

        CompletableFuture<Void> never(String text) {
            return never;
        }

        Flux<String> stream(String text) {
            return Flux.just(text);
        }
    }

    @Test
    void waitsForASuspendFunction() {
        assertThat(call("resumes", "x")).isEqualTo(Action.CommitMessage);
        assertThat(call("fails", "x")).isEqualTo(Action.ReconsumeLater);
        assertThat(call("returnsAtOnce", "x")).isEqualTo(Action.CommitMessage);
        assertThat(call("returnsAtOnce", "again")).isEqualTo(Action.ReconsumeLater);
    }

    @Test
    void givesUpWaitingAfterTheConsumeTimeout() {
        assertThat(call("never", "x")).isEqualTo(Action.ReconsumeLater);
        assertThat(never).isCancelled();
    }

    @Test
    void stopsWaitingWhenTheListenerIsOver() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ListenerPipeline pipeline = pipeline("never", Duration.ofMinutes(5));
        CompletableFuture<Action> running = CompletableFuture.supplyAsync(
                () -> {
                    begun.countDown();
                    return pipeline.consume(message("x"), () -> "g");
                },
                elsewhere);
        begun.await();

        org.awaitility.Awaitility.await().until(() -> {
            pipeline.abandon();
            return running.isDone();
        });

        assertThat(running.join()).isEqualTo(Action.ReconsumeLater);
    }

    @Test
    void refusesStreams() {
        assertThatExceptionOfType(IllegalListenerException.class)
                .isThrownBy(() -> pipeline("stream", Duration.ofSeconds(1)))
                .withMessageContaining("Flux")
                .withMessageContaining(".then()");
    }

    private Action call(String method, String text) {
        ConsumeContext context = () -> "g";
        return pipeline(method, Duration.ofMillis(300)).consume(message(text), context);
    }

    private static Message message(String text) {
        return new Message("orders", "", text.getBytes(UTF_8));
    }

    private ListenerPipeline pipeline(String name, Duration consumeTimeout) {
        Method method = Arrays.stream(Listeners.class.getDeclaredMethods())
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow();
        ListenerTarget target = new MethodListenerFactory(
                        MessageMapper.json(JsonMapper.builder().build()), new DefaultListableBeanFactory())
                .create(new Listeners(), method);
        ConsumerConfig config = ConsumerConfig.builder(ClientConfig.of("127.0.0.1:9876"), "g")
                .consumeTimeout(consumeTimeout)
                .build();
        return new ListenerPipeline(name, target, ListenerServices.NONE, List.of(), config);
    }
}
