package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.client.Producer;
import io.ternmq.spring.annotation.DeadLetterHandler;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.annotation.TagHandler;
import io.ternmq.spring.config.ListenerContainerFactory;
import io.ternmq.spring.config.ListenerRegistry;
import io.ternmq.spring.core.Clusters;
import io.ternmq.spring.core.DeadLetterReplay;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.support.TernMQHeaders;
import io.ternmq.test.EmbeddedBroker;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.SendTo;

/** Which container, which cluster, which tags of which topic, and where results go. */
class ListenerChoicesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker europe = new EmbeddedBroker();

    /** The default cluster is the embedded broker. */
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PropertyPlaceholderAutoConfiguration.class,
                    TernMQAutoConfiguration.class,
                    TernMQClustersAutoConfiguration.class))
            .withPropertyValues(
                    "ternmq.consumer.consume-from=earliest",
                    "ternmq.clusters.eu.consumer.consume-from=earliest",
                    "ternmq.clusters.eu.name-server=" + europe.address());

    @Configuration(proxyBeanMethods = false)
    static class Factories {

        @Bean(defaultCandidate = false)
        ListenerContainerFactory careful(ListenerContainerFactory factory) {
            return factory.with(builder -> builder.consumeMode(ConsumeMode.POP).consumeThreads(3));
        }

        @Bean(defaultCandidate = false)
        ListenerContainerFactory european(@Qualifier("eu") ListenerContainerFactory factory) {
            return factory.with(builder -> builder.maxReconsumeTimes(2));
        }
    }

    static class ByFactory {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(id = "careful", topics = "orders", group = "g", containerFactory = "${shop.factory:careful}")
        void careful(String text) {
            got.add("careful " + text);
        }

        @MessageListener(
                id = "own",
                topics = "orders",
                group = "own",
                concurrency = "7",
                containerFactory = "careful",
                autoStartup = "false")
        void own(String text) {}

        @MessageListener(id = "european", topics = "orders", group = "g", containerFactory = "european")
        void european(String text) {
            got.add("european " + text);
        }

        @MessageListener(id = "usual", topics = "orders", group = "usual", autoStartup = "false")
        void usual(String text) {}
    }

    @Test
    void makesTheContainerByTheFactoryThatIsNamed() {
        runner.withUserConfiguration(Factories.class).withBean(ByFactory.class).run(context -> {
            assertThat(context).hasNotFailed();
            ListenerRegistry registry = context.getBean(ListenerRegistry.class);
            assertThat(registry.container("careful").orElseThrow().config()).satisfies(config -> {
                assertThat(config.consumeMode()).isEqualTo(ConsumeMode.POP);
                assertThat(config.consumeThreads()).isEqualTo(3);
            });
            assertThat(registry.container("own").orElseThrow().config().consumeThreads())
                    .isEqualTo(7);
            assertThat(registry.container("usual").orElseThrow().config()).satisfies(config -> {
                assertThat(config.consumeMode()).isEqualTo(ConsumeMode.PULL);
                assertThat(config.consumeThreads()).isEqualTo(20);
            });
            assertThat(registry.container("european").orElseThrow().config()).satisfies(config -> {
                assertThat(config.maxReconsumeTimes()).isEqualTo(2);
                assertThat(context.getBean(Clusters.class).nameOf(config.client()))
                        .isEqualTo("eu");
            });

            context.getBean(MessageTemplate.class).convertAndSend("orders", "here");
            context.getBean("ternMQMessageTemplate.eu", MessageTemplate.class).convertAndSend("orders", "there");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(ByFactory.class).got)
                            .containsExactlyInAnyOrder("careful here", "european there"));
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnServices {

        final Queue<String> seen = new ConcurrentLinkedQueue<>();

        @Bean
        ListenerInterceptor everywhere() {
            return (call, next) -> {
                seen.add("outer " + call.listenerId());
                return next.proceed();
            };
        }

        /** Leaves out what is called odd, and gives up at once on what fails. */
        @Bean(defaultCandidate = false)
        ListenerContainerFactory choosy(ListenerContainerFactory factory) {
            return factory.withInterceptors((call, next) -> {
                        seen.add("inner " + call.listenerId());
                        return new String(call.messages().get(0).getBody(), UTF_8).equals("odd")
                                ? null
                                : next.proceed();
                    })
                    .withErrorHandler(failure -> ConsumeOutcome.deadLetter("given up"));
        }
    }

    static class Choosy {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(id = "choosy", topics = "parcels", group = "choosy", containerFactory = "choosy")
        void choosy(String text) {
            got.add("choosy " + text);
            throw new IllegalStateException("on purpose");
        }

        @MessageListener(id = "plain", topics = "parcels", group = "plain")
        void plain(String text) {
            got.add("plain " + text);
        }

        @DeadLetterHandler(group = "choosy")
        void givenUp(String text) {
            got.add("given up " + text);
        }
    }

    @Test
    void givesTheListenersOfAFactoryInterceptorsAndAnErrorHandlerOfTheirOwn() {
        runner.withUserConfiguration(OwnServices.class).withBean(Choosy.class).run(context -> {
            MessageTemplate messages = context.getBean(MessageTemplate.class);

            messages.convertAndSend("parcels", "odd");
            messages.convertAndSend("parcels", "even");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Choosy.class).got)
                            .containsExactlyInAnyOrder("plain odd", "plain even", "choosy even", "given up even"));
            assertThat(context.getBean(OwnServices.class).seen)
                    .contains("outer choosy", "inner choosy", "outer plain")
                    .doesNotContain("inner plain");
        });
    }

    @Test
    void namesTheFactoriesThereAreWhenOneIsUnknown() {
        FailureAnalysis analysis = analyze(runner.withUserConfiguration(Factories.class)
                .withBean(ByFactory.class)
                .withPropertyValues("shop.factory=carefull"));

        assertThat(analysis.getDescription()).contains("containerFactory=carefull", "ByFactory.careful(");
        assertThat(analysis.getAction())
                .contains(
                        ListenerContainerFactory.class.getName(),
                        "one of [careful, european, ternMQListenerContainerFactory,"
                                + " ternMQListenerContainerFactory.eu]");
    }

    static class Both {

        @MessageListener(topics = "orders", group = "both", containerFactory = "careful", cluster = "eu")
        void take(String text) {}
    }

    @Test
    void refusesFactoryAndClusterAtOnce() {
        FailureAnalysis analysis =
                analyze(runner.withUserConfiguration(Factories.class).withBean(Both.class));

        assertThat(analysis.getDescription()).contains("names a cluster and a container factory", "cluster=eu");
        assertThat(analysis.getAction()).isEqualTo("Leave out one of the two.");
    }

    static class TagsOfTopics {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(
                id = "tags",
                topics = {"orders:create || pay", "${shop.stock:stock:low}", "refunds"},
                tags = "vip",
                group = "tags")
        void take(String text, @Header(TernMQHeaders.TOPIC) String topic, @Header(TernMQHeaders.TAGS) String tag) {
            got.add(topic + ":" + tag);
        }
    }

    @Test
    void subscribesToTheTagsOfEachTopic() {
        runner.withBean(TagsOfTopics.class).run(context -> {
            MessageTemplate template = context.getBean(MessageTemplate.class);
            for (String topic : new String[] {"orders", "stock", "refunds"}) {
                for (String tag : new String[] {"create", "pay", "low", "vip", "other"}) {
                    template.convertAndSend(topic + ":" + tag, "x");
                }
            }

            TagsOfTopics bean = context.getBean(TagsOfTopics.class);
            await().atMost(PATIENCE).until(() -> bean.got.size() >= 4);
            template.convertAndSend("refunds:vip", "last");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(bean.got)
                            .containsExactlyInAnyOrder(
                                    "orders:create", "orders:pay", "stock:low", "refunds:vip", "refunds:vip"));
        });
    }

    static class TopicTwice {

        @MessageListener(
                topics = {"orders:create", "orders:pay"},
                group = "twice")
        void take(String text) {}
    }

    @Test
    void refusesTopicThatIsNamedTwice() {
        FailureAnalysis analysis = analyze(runner.withBean(TopicTwice.class));

        assertThat(analysis.getDescription()).contains("names a topic twice: topic=orders", "TopicTwice.take(");
        assertThat(analysis.getAction()).isEqualTo("Name it once, with all its tags: orders:create||pay.");
    }

    @SendTo("out:by-class")
    @MessageListener(topics = "in", group = "in")
    static class Forwarding {

        @TagHandler("plain")
        String plain(String text) {
            return "plain " + text;
        }

        @SendTo("#{'out'}:${shop.tag:by-method}")
        @TagHandler("own")
        String own(String text) {
            return "own " + text;
        }

        @SendTo
        @TagHandler("empty")
        String empty(String text) {
            return "empty " + text;
        }

        @SendTo("${shop.nowhere:}")
        @TagHandler("blank")
        String blank(String text) {
            return "blank " + text;
        }
    }

    static class Out {

        final Queue<String> got = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "out", group = "out")
        void take(String text, @Header(TernMQHeaders.TAGS) String tag) {
            got.add(tag + ": " + text);
        }
    }

    @Test
    void sendsResultsWhereTheMethodOrItsClassSaysAndWithoutDestinationToWhoeverAsked() {
        runner.withBean(Forwarding.class).withBean(Out.class).run(context -> {
            assertThat(context).hasNotFailed();
            MessageTemplate template = context.getBean(MessageTemplate.class);
            for (String tag : new String[] {"empty", "blank", "plain", "own"}) {
                template.convertAndSend("in:" + tag, "x");
                // A request whose result goes elsewhere gets no answer, so only those are asked that give one.
                if (tag.equals("empty") || tag.equals("blank")) {
                    Message reply = context.getBean(Producer.class)
                            .request(new Message("in", tag, "asked".getBytes(UTF_8)), Duration.ofSeconds(20));
                    assertThat(new String(reply.getBody(), UTF_8)).isEqualTo(tag + " asked");
                }
            }

            Out out = context.getBean(Out.class);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(out.got).containsExactlyInAnyOrder("by-class: plain x", "by-method: own x"));
        });
    }

    static class SendingNowhere {

        @SendTo("out:")
        @MessageListener(topics = "in", group = "in")
        String take(String text) {
            return text;
        }
    }

    @Test
    void refusesDestinationThatIsNone() {
        FailureAnalysis analysis = analyze(runner.withBean(SendingNowhere.class));

        assertThat(analysis.getDescription()).contains("its @SendTo cannot be used", "destination=out:");
        assertThat(analysis.getAction()).isEqualTo("Name a topic, or topic:tag.");
    }

    static class Dying {

        final Queue<String> letters = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "payments", group = "ledger", cluster = "eu")
        ConsumeOutcome book(String text) {
            return ConsumeOutcome.deadLetter("no such account");
        }

        @DeadLetterHandler(group = "ledger", cluster = "${shop.cluster:eu}", id = "letters")
        void letter(
                String text,
                @Header(TernMQHeaders.ORIGINAL_TOPIC) String topic,
                @Header(TernMQHeaders.DEAD_LETTER_REASON) String reason) {
            letters.add(topic + " " + text + ": " + reason);
        }
    }

    @Test
    void handlesTheDeadLettersOfTheClusterThatIsNamed() {
        runner.withBean(Dying.class).run(context -> {
            assertThat(context).hasNotFailed();
            context.getBean("ternMQMessageTemplate.eu", MessageTemplate.class).convertAndSend("payments", "P1");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(context.getBean(Dying.class).letters)
                            .singleElement()
                            .asString()
                            .startsWith("payments P1: ")
                            .contains("no such account"));
            assertThat(context.getBean(ListenerRegistry.class)
                            .container("letters")
                            .orElseThrow()
                            .config()
                            .client()
                            .nameServers())
                    .containsExactly(europe.address());
        });
    }

    @Test
    void replaysTheDeadLettersOfTheClusterThatIsNamed() {
        runner.withBean(Dying.class).run(context -> {
            context.getBean("ternMQMessageTemplate.eu", MessageTemplate.class).convertAndSend("payments", "P2");
            Queue<String> letters = context.getBean(Dying.class).letters;
            await().atMost(PATIENCE).until(() -> count(letters, "payments P2: ") == 1);

            DeadLetterReplay replay = BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                    context.getBeanFactory(), DeadLetterReplay.class, "eu");
            DeadLetterReplay.Report report = replay.replay(
                    "ledger", letter -> new String(letter.message().getBody(), UTF_8).equals("P2"));

            assertThat(report.resent()).isEqualTo(1);
            assertThat(report.failures()).isEmpty();
            await().atMost(PATIENCE).until(() -> count(letters, "payments P2: ") == 2);
            assertThat(context.getBean(DeadLetterReplay.class)).isNotSameAs(replay);
        });
    }

    private static long count(Queue<String> letters, String beginning) {
        return letters.stream().filter(letter -> letter.startsWith(beginning)).count();
    }

    @Test
    void refusesDeadLetterHandlerOfClusterThatDoesNotExist() {
        FailureAnalysis analysis = analyze(runner.withBean(Dying.class).withPropertyValues("shop.cluster=mars"));

        assertThat(analysis.getDescription())
                .contains("its cluster does not exist: cluster=mars, clusters=[default, eu]", "Dying.letter(");
        assertThat(analysis.getAction()).contains("ternmq.clusters.mars.name-server");
    }

    private static FailureAnalysis analyze(ApplicationContextRunner application) {
        FailureAnalysis[] analysis = new FailureAnalysis[1];
        application.run(context -> {
            assertThat(context).hasFailed();
            analysis[0] =
                    new IllegalListenerFailureAnalyzer().analyze(Objects.requireNonNull(context.getStartupFailure()));
        });
        return Objects.requireNonNull(analysis[0], "nobody analyzes it");
    }
}
