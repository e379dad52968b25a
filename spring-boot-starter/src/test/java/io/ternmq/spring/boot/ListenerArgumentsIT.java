package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetter;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.Retry;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.DeadLetterException;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.support.TernMQHeaders;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/** Parameters of the application's own, against the embedded broker. */
class ListenerArgumentsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
            .withPropertyValues("ternmq.consumer.consume-from=earliest");

    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Tenant {}

    record User(String name) {}

    static class TenantResolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.hasParameterAnnotation(Tenant.class);
        }

        @Override
        public Object resolveArgument(MethodParameter parameter, Message<?> message) {
            String tenant = message.getHeaders().get("tenant", String.class);
            if (tenant == null && !(message.getPayload() instanceof List)) {
                throw new DeadLetterException("message has no tenant");
            }
            return parameter.getParameterType() == List.class ? Arrays.asList(tenant, "all") : "tenant " + tenant;
        }
    }

    static class UserResolver implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == User.class;
        }

        @Override
        public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
            String name = message.getHeaders().get("user", String.class);
            return name == null ? null : new User(name);
        }
    }

    record Created(String id) {}

    record Paid(String id) {}

    static class Listeners {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "in", group = "single", tags = "single")
        void single(@Tenant String tenant, String text, @Nullable User user) {
            got.add("single " + tenant + " " + text + " " + user);
        }

        @MessageListener(topics = "in", group = "ordered", tags = "single", ordered = "true")
        void ordered(User user, String text) {
            got.add("ordered " + text + " " + user);
        }

        @MessageListener(topics = "in", group = "batch", tags = "batch", batchSize = "4")
        void batch(@Tenant List<String> tenants, List<String> texts, User user) {
            got.add("batch " + tenants + " " + texts + " " + user);
        }
    }

    @MessageListener(topics = "typed", group = "typed")
    static class Typed {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @TagHandler
        void created(@Tenant String tenant, User user, Created created) {
            got.add(tenant + " created " + created.id());
        }

        @TagHandler
        void paid(User user, @Tenant String tenant, Paid paid) {
            got.add(tenant + " paid " + paid.id());
        }
    }

    @Test
    void resolversOfTheApplicationGiveParametersTheirValues() {
        runner.withBean(TenantResolver.class)
                .withBean(UserResolver.class)
                .withBean(Listeners.class)
                .withBean(Typed.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    MessageTemplate template = context.getBean(MessageTemplate.class);
                    template.convertAndSend("in:single", "A1", Map.of("tenant", "t1", "user", "ann"));
                    template.convertAndSend("in:single", "A2", Map.of("tenant", "t2"));
                    template.convertAndSend("in:single", "A3", Map.of("user", "bob"));
                    template.convertAndSend("in:batch", "A4");
                    String type = "payloadType";
                    template.convertAndSend(
                            "typed", new Paid("A5"), Map.of("tenant", "t5", type, Paid.class.getName()));
                    template.convertAndSend(
                            "typed", new Created("A6"), Map.of("tenant", "t6", type, Created.class.getName()));

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Listeners.class).got)
                                    .containsExactlyInAnyOrder(
                                            "single tenant t1 A1 User[name=ann]",
                                            "single tenant t2 A2 null",
                                            "ordered A1 User[name=ann]",
                                            "ordered A2 null",
                                            "ordered A3 User[name=bob]",
                                            "batch [null, all] [A4] null"));
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Typed.class).got)
                                    .containsExactlyInAnyOrder("tenant t5 paid A5", "tenant t6 created A6"));
                    try (AdminClient admin = AdminClient.create(context.getBean(ClientConfig.class))) {
                        await().atMost(PATIENCE)
                                .untilAsserted(() -> assertThat(admin.deadLetters("single", 10).letters().stream()
                                                .map(DeadLetter::reason)
                                                .flatMap(Optional::stream))
                                        .as("a message without value for a parameter")
                                        .singleElement()
                                        .asString()
                                        .contains("message has no tenant"));
                    }
                });
    }

    record Account(String number) {}

    /** Asks something that is down when it is asked for the first time. */
    static class AccountResolver implements HandlerMethodArgumentResolver {

        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Account.class;
        }

        @Override
        public Object resolveArgument(MethodParameter parameter, Message<?> message) throws IOException {
            if (asked.add(message.getHeaders().get(TernMQHeaders.GROUP, String.class))) {
                throw new IOException("database is down");
            }
            return new Account("17");
        }
    }

    static class Accounting {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                topics = "booked",
                group = "each",
                retry = @Retry(on = IOException.class, delays = "10ms", times = "3"))
        void each(Account account, int amount) {
            got.add("each " + account + " " + amount);
        }

        @MessageListener(topics = "booked", group = "turns", ordered = "true")
        void inOrder(Account account, int amount) {
            got.add("in order " + account + " " + amount);
        }

        @MessageListener(
                topics = "booked",
                group = "some",
                batchSize = "4",
                retry = @Retry(on = IOException.class, delays = "10ms", times = "3"))
        void some(Account account, List<Integer> amounts) {
            got.add("some " + account + " " + amounts);
        }
    }

    @Test
    void whatTheyThrowCountsAsIfTheListenerHadThrownIt() {
        Queue<Boolean> fatal = new ConcurrentLinkedQueue<>();
        runner.withBean(AccountResolver.class)
                .withBean(Accounting.class)
                .withBean(ListenerErrorHandler.class, () -> failure -> {
                    fatal.add(failure.fatal());
                    return null;
                })
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBean(MessageTemplate.class).convertAndSend("booked", 5);

                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(context.getBean(Accounting.class).got)
                                    .containsExactlyInAnyOrder(
                                            "each Account[number=17] 5",
                                            "in order Account[number=17] 5",
                                            "some Account[number=17] [5]"));
                    assertThat(fatal).containsExactly(false, false, false);
                });
    }

    static class Unresolved {

        @MessageListener(topics = "in", group = "unresolved")
        void take(@Tenant String tenant, String text) {}
    }

    @Test
    void withoutResolverTheyAreTakenForPayloads() {
        runner.withBean(Unresolved.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContainingAll(
                                "2 of its parameters could be the payload",
                                "Unresolved.take(",
                                "HandlerMethodArgumentResolver bean"));
    }
}
