package io.ternmq.spring.idempotent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ternmq.client.Action;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.client.OrderAction;
import io.ternmq.spring.Databases;
import io.ternmq.spring.listener.Acknowledgement;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerCall;
import io.ternmq.spring.listener.ListenerInterceptor.Next;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.ListenerSignature;
import io.ternmq.spring.support.MessageMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import tools.jackson.databind.json.JsonMapper;

/** What an idempotent listener promises, whichever database it is. */
abstract class IdempotentInterceptorContract {

    private static final Duration RETENTION = Duration.ofDays(7);

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private Instant now = Instant.now();
    private HandledMessages handled;
    private IdempotentInterceptor interceptor;
    private JdbcTemplate jdbc;

    abstract DataSource dataSource();

    static class Listeners {

        void plain() {}

        @Idempotent
        void byKeyOrId() {}

        @Idempotent(key = "headers['order'] + '-' + json['part']['number']")
        void byExpression() {}

        @Idempotent(key = "headers['order']")
        void byHeader() {}

        @Idempotent(key = "headers[")
        void broken() {}

        @Idempotent
        void many(List<String> messages) {}

        @Idempotent
        void acknowledging(String message, Acknowledgement acknowledgement) {}

        @Idempotent
        CompletableFuture<Void> later() {
            return CompletableFuture.completedFuture(null);
        }
    }

    @BeforeEach
    void open() {
        DataSource dataSource = dataSource();
        handled = new HandledMessages(dataSource, RETENTION, () -> now);
        interceptor = new IdempotentInterceptor(
                () -> handled,
                new DataSourceTransactionManager(dataSource),
                MessageMapper.json(JsonMapper.builder().build()));
        jdbc = new JdbcTemplate(dataSource);
        jdbc.execute("CREATE TABLE IF NOT EXISTS EFFECTS (WHAT VARCHAR(100))");
        jdbc.update("DELETE FROM TERNMQ_HANDLED");
        jdbc.update("DELETE FROM EFFECTS");
    }

    @AfterEach
    void close() {
        handled.close();
        threads.shutdownNow();
    }

    @Test
    void skipsMessageThatWasHandled() throws Exception {
        deliver("byKeyOrId", "shop", message("id-1", ""), effect("first"));
        Object second = deliver("byKeyOrId", "shop", message("id-1", ""), effect("second"));

        assertThat(second).isNull();
        assertThat(effects()).containsExactly("first");
    }

    @Test
    void tellsMessagesApartByGroupTopicTagAndKeyOrId() throws Exception {
        Message otherTag = message("id-3", "A1");
        otherTag.setTag("pay");
        deliver("byKeyOrId", "shop", message("id-1", "A1"), effect("first"));
        deliver("byKeyOrId", "shop", message("id-2", "A1"), effect("same key"));
        deliver("byKeyOrId", "shop", otherTag, effect("other tag"));
        deliver("byKeyOrId", "bank", message("id-1", "A1"), effect("other group"));
        deliver("byKeyOrId", "shop", message("id-1", "a1"), effect("other key"));
        deliver("byKeyOrId", "shop", message("id-1", ""), effect("id"));

        assertThat(effects()).containsExactly("first", "other tag", "other group", "other key", "id");
    }

    @Test
    void saysThatItSkipsAnotherMessageWithTheSameKey() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(IdempotentInterceptor.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
        String key = "A1 of " + getClass().getSimpleName();
        try {
            deliver("byKeyOrId", "shop", message("id-1", key), effect("first"));
            deliver("byKeyOrId", "shop", message("id-1", key), effect("delivered again"));
            deliver("byKeyOrId", "shop", message("id-2", key), effect("another"));
        } finally {
            logger.detachAppender(appender);
        }

        assertThat(effects()).containsExactly("first");
        assertThat(appender.list.stream()
                        .filter(event -> event.getLevel() == Level.INFO)
                        .map(ILoggingEvent::getFormattedMessage)
                        .filter(line -> line.contains(key)))
                .singleElement()
                .asString()
                .contains("listener=", "group=shop", "messageId=id-2", "handled=id-1", "key=\"id\"");
    }

    @Test
    void keyMayBeAnExpression() throws Exception {
        Message first = message("id-1", "");
        first.putUserProperties("order", "A1");
        first.setBody("{\"part\":{\"number\":7}}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Message again = message("id-2", "");
        again.putUserProperties("order", "A1");
        again.setBody("{\"part\":{\"number\":7},\"x\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Message other = message("id-3", "");
        other.putUserProperties("order", "A1");
        other.setBody("{\"part\":{\"number\":8}}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        deliver("byExpression", "shop", first, effect("first"));
        deliver("byExpression", "shop", again, effect("again"));
        deliver("byExpression", "shop", other, effect("other"));

        assertThat(effects()).containsExactly("first", "other");
    }

    @Test
    void keysOfAnyLengthDiffer() throws Exception {
        deliver("byKeyOrId", "shop", message("id-1", "k".repeat(5000) + "a"), effect("a"));
        deliver("byKeyOrId", "shop", message("id-2", "k".repeat(5000) + "b"), effect("b"));
        deliver("byKeyOrId", "shop", message("id-3", "k".repeat(5000) + "b"), effect("b again"));

        assertThat(effects()).containsExactly("a", "b");
    }

    @Test
    void keysOfAnyCharactersDiffer() throws Exception {
        List<String> keys = List.of("A", "A ", "A  ", "\u00c4", "a", "A\0", "\uD83D\uDE00");
        for (String key : keys) {
            deliver("byKeyOrId", "shop", message("id-1", key), effect(key.replace("\0", "NUL")));
            deliver("byKeyOrId", "shop", message("id-2", key), effect("again"));
        }

        assertThat(effects()).hasSize(keys.size()).doesNotContain("again");
    }

    @Test
    void failureLeavesNeitherEffectNorRecord() throws Exception {
        assertThatThrownBy(() -> deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                    effect("half").proceed();
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                    throw new IllegalStateException("out of stock");
                }))
                .hasMessage("out of stock");
        assertThat(deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                    effect("half").proceed();
                    return Action.ReconsumeLater;
                }))
                .isEqualTo(Action.ReconsumeLater);
        assertThat(deliver("byKeyOrId", "shop", message("id-1", ""), () -> OrderAction.Suspend))
                .isEqualTo(OrderAction.Suspend);

        assertThat(effects()).isEmpty();
        assertThat(deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                    effect("whole").proceed();
                    return Action.CommitMessage;
                }))
                .isEqualTo(Action.CommitMessage);
        assertThat(effects()).containsExactly("whole");
    }

    @Test
    void concurrentDuplicatesHaveOneEffect() throws Exception {
        CountDownLatch together = new CountDownLatch(4);
        AtomicInteger failed = new AtomicInteger();
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(threads.submit(() -> {
                together.countDown();
                together.await(30, TimeUnit.SECONDS);
                try {
                    return deliver("byKeyOrId", "shop", message("id-1", ""), effect("once"));
                } catch (RuntimeException e) {
                    // A database may give up waiting for the other transaction; the message then comes again.
                    failed.incrementAndGet();
                    return null;
                }
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }

        assertThat(effects()).containsExactly("once");
        assertThat(failed.get()).isLessThan(4);
    }

    @Test
    void duplicateOfOneThatFailsMeanwhileIsHandled() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        Future<?> first = threads.submit(() -> deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
            inside.countDown();
            fail.await(30, TimeUnit.SECONDS);
            throw new IllegalStateException("failed");
        }));
        assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        Future<?> second = threads.submit(() -> deliver("byKeyOrId", "shop", message("id-1", ""), effect("second")));

        fail.countDown();
        assertThatThrownBy(first::get).hasRootCauseMessage("failed");
        second.get();

        assertThat(effects()).containsExactly("second");
    }

    @Test
    void refusesTheTransactionOfAnotherDatabase() {
        DataSource elsewhere = Databases.h2();
        interceptor = new IdempotentInterceptor(
                () -> handled,
                new DataSourceTransactionManager(elsewhere),
                MessageMapper.json(JsonMapper.builder().build()));

        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> deliver("byKeyOrId", "shop", message("id-1", ""), effect("not recorded")))
                .withMessageContaining("let the transaction manager be that of the DataSource");
        assertThat(effects()).isEmpty();
    }

    @Test
    void doesNotCommitWhenTheDatabaseHasRolledTheRecordBack() {
        assertThatExceptionOfType(ConcurrencyFailureException.class)
                .isThrownBy(() -> deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                    jdbc.execute((ConnectionCallback<Void>) connection -> {
                        connection.rollback();
                        return null;
                    });
                    return effect("without a record").proceed();
                }))
                .withMessageContaining("messageId=id-1");
        assertThat(effects()).isEmpty();
    }

    @Test
    void leavesOtherListenersAlone() throws Exception {
        deliver("plain", "shop", message("id-1", ""), effect("first"));
        deliver("plain", "shop", message("id-1", ""), effect("second"));

        assertThat(effects()).containsExactly("first", "second");
    }

    @Test
    void refusesWhatItCannotKeep() {
        for (String method : List.of("acknowledging", "later", "broken")) {
            assertThatExceptionOfType(IllegalListenerException.class)
                    .isThrownBy(() -> check(method, ListenerKind.CONCURRENT));
        }
        assertThatExceptionOfType(IllegalListenerException.class).isThrownBy(() -> check("many", ListenerKind.BATCH));
        check("many", ListenerKind.CONCURRENT);
        check("byExpression", ListenerKind.ORDERED);
        assertThatThrownBy(() -> deliver("byHeader", "shop", message("id-1", ""), effect("no key")))
                .hasMessageContaining("expression=headers['order']");
        assertThat(effects()).isEmpty();
    }

    @Test
    void forgetsMessagesAfterTheRetention() throws Exception {
        deliver("byKeyOrId", "shop", message("id-1", ""), effect("first"));
        now = now.plus(RETENTION).plusMillis(1);
        deliver("byKeyOrId", "shop", message("id-2", ""), effect("second"));

        assertThat(handled.deleteExpired()).isEqualTo(1);
        deliver("byKeyOrId", "shop", message("id-2", ""), effect("second again"));
        assertThat(effects()).containsExactly("first", "second");
    }

    @Test
    void recordsNothingWhenTheMessageIsNotDoneWith() throws Exception {
        List<Object> undone = List.of(
                Action.ReconsumeLater,
                OrderAction.Suspend,
                ConsumeOutcome.retry(),
                ConsumeOutcome.retryAfter(Duration.ofSeconds(1)),
                ConsumeOutcome.deadLetter("unknown account"));
        for (Object outcome : undone) {
            Object result = deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
                effect("undone").proceed();
                return outcome;
            });
            assertThat(result).isSameAs(outcome);
        }
        assertThat(effects()).isEmpty();

        deliver("byKeyOrId", "shop", message("id-1", ""), () -> {
            effect("done").proceed();
            return ConsumeOutcome.done();
        });
        deliver("byKeyOrId", "shop", message("id-1", ""), effect("again"));
        assertThat(effects()).containsExactly("done");
    }

    private void check(String method, ListenerKind kind) {
        interceptor.check(new ListenerSignature(find(method), kind));
    }

    private @Nullable Object deliver(String method, String group, Message message, Next next) throws Exception {
        return interceptor.around(new ListenerCall("l", group, new Listeners(), find(method), List.of(message)), next);
    }

    private static Method find(String method) {
        return Arrays.stream(Listeners.class.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(method))
                .findFirst()
                .orElseThrow();
    }

    private Next effect(String what) {
        return () -> {
            jdbc.update("INSERT INTO EFFECTS VALUES (?)", what);
            return null;
        };
    }

    private List<String> effects() {
        return jdbc.queryForList("SELECT WHAT FROM EFFECTS", String.class);
    }

    private static Message message(String id, String key) {
        Message message = new Message("orders", "create", key, new byte[] {1});
        message.setMsgID(id);
        return message;
    }
}
