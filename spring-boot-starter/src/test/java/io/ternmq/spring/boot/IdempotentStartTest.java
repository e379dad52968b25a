package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Action;
import io.ternmq.client.BatchMessageListener;
import io.ternmq.client.ConsumeContext;
import io.ternmq.client.Message;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.idempotent.Idempotent;
import io.ternmq.spring.listener.Acknowledgement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import reactor.core.publisher.Mono;

/** Listeners that cannot be idempotent are refused before they get a message. */
class IdempotentStartTest {

    private final ApplicationContextRunner withoutDatabase = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQTransactionAutoConfiguration.class,
                    TernMQIdempotentAutoConfiguration.class));

    private final ApplicationContextRunner runner = withoutDatabase.withUserConfiguration(Database.class);

    @Configuration(proxyBeanMethods = false)
    static class Database {

        @Bean
        DataSource dataSource() {
            return new DriverManagerDataSource("jdbc:h2:mem:idempotent-start");
        }

        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }
    }

    static class Fine {

        @Idempotent
        @MessageListener(topics = "orders", group = "fine")
        void book(List<String> parts) {}
    }

    static class Batch {

        @Idempotent
        @MessageListener(topics = "orders", group = "batch", batchSize = "8")
        void book(List<String> orders) {}
    }

    static class Future {

        @Idempotent
        @MessageListener(topics = "orders", group = "future")
        CompletableFuture<Void> book(String order) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Reactive {

        @Idempotent
        @MessageListener(topics = "orders", group = "reactive")
        Mono<Void> book(String order) {
            return Mono.empty();
        }
    }

    /** As Kotlin's compiler makes it. */
    static class Suspending {

        @Idempotent
        @MessageListener(topics = "orders", group = "suspending")
        @Nullable
        Object book(String order, Continuation<? super Unit> continuation) {
            return Unit.INSTANCE;
        }
    }

    static class Acknowledging {

        @Idempotent
        @MessageListener(topics = "orders", group = "acknowledging")
        void book(String order, Acknowledgement acknowledgement) {}
    }

    static class WithoutKey {

        @Idempotent(key = "headers[")
        @MessageListener(topics = "orders", group = "key")
        void book(String order) {}
    }

    @MessageListener(topics = "orders", group = "by-tag")
    static class ByTag {

        @TagHandler("create")
        void created(String order) {}

        @Idempotent
        @TagHandler("pay")
        CompletableFuture<Void> paid(String order) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @MessageListener(topics = "orders", group = "client", batchSize = "8")
    static class OfTheClient implements BatchMessageListener {

        @Idempotent
        @Override
        public Action consume(List<Message> messages, ConsumeContext consumeContext) {
            return Action.CommitMessage;
        }
    }

    /** All that the proxy knows. */
    public interface Bookkeeper {

        CompletableFuture<Void> book(String order);
    }

    static class DiligentBookkeeper implements Bookkeeper {

        @Override
        @Idempotent
        @MessageListener(topics = "orders", group = "proxied")
        public CompletableFuture<Void> book(String order) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class BehindProxy {

        @Bean
        Bookkeeper bookkeeper() {
            return (Bookkeeper) new ProxyFactory(new DiligentBookkeeper()).getProxy();
        }
    }

    @Test
    void startsWithListenersOfSingleMessages() {
        runner.withUserConfiguration(Fine.class)
                .withPropertyValues("ternmq.idempotent.jdbc.initialize-schema=always")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void refusesBatches() {
        for (Class<?> listener : List.of(Batch.class, OfTheClient.class)) {
            FailureAnalysis analysis = analyze(runner, listener);

            assertThat(analysis.getDescription())
                    .startsWith(
                            "This method cannot be a message listener, because @Idempotent cannot tell which messages"
                                    + " of a batch are new")
                    .contains(listener.getName() + ".");
            assertThat(analysis.getAction()).isEqualTo("Take one message at a time.");
        }
    }

    @Test
    void refusesWhatGoesOnElsewhere() {
        for (Class<?> listener :
                List.of(Future.class, Reactive.class, Suspending.class, ByTag.class, BehindProxy.class)) {
            FailureAnalysis analysis = analyze(runner, listener);

            assertThat(analysis.getDescription())
                    .as(listener.getSimpleName())
                    .contains("@Idempotent cannot take what runs on other threads into its transaction");
            assertThat(analysis.getAction()).startsWith("Return when the work is done");
        }
    }

    @Test
    void refusesAcknowledgementsAndKeysThatAreNoExpressions() {
        assertThat(analyze(runner, Acknowledging.class).getAction()).startsWith("Leave the Acknowledgement out");
        assertThat(analyze(runner, WithoutKey.class).getDescription())
                .contains("the key of @Idempotent is no expression");
    }

    @Test
    void refusesApplicationWithoutDatabase() {
        for (ApplicationContextRunner application : List.of(
                withoutDatabase,
                withoutDatabase.withClassLoader(new FilteredClassLoader(
                        "org.springframework.transaction", "org.springframework.jdbc", "org.springframework.dao")))) {
            FailureAnalysis analysis = analyze(application, Fine.class);

            assertThat(analysis.getDescription())
                    .contains("@Idempotent records messages in a database", Fine.class.getName() + ".book(");
            assertThat(analysis.getAction()).startsWith("Add spring-boot-starter-jdbc");
        }
    }

    private static FailureAnalysis analyze(ApplicationContextRunner application, Class<?> listener) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        application.withUserConfiguration(listener).run(context -> {
            assertThat(context).as(listener.getSimpleName()).hasFailed();
            analysis[0] =
                    new IllegalListenerFailureAnalyzer().analyze(Objects.requireNonNull(context.getStartupFailure()));
        });
        return Objects.requireNonNull(analysis[0], "nobody analyzes it");
    }
}
