package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.Action;
import io.ternmq.client.Message;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.ConsumerBean;
import io.ternmq.spring.core.DuplicateListenerException;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.core.ProducerBean;
import io.ternmq.spring.core.Subscription;
import io.ternmq.test.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Contexts of one configuration that live side by side in a JVM, as Spring's cache of test contexts keeps them. */
class SeveralContextsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedBroker BROKER = new EmbeddedBroker();

    @TempDir
    private Path offsets;

    private ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class,
                        TernMQAutoConfiguration.class,
                        TernMQClustersAutoConfiguration.class))
                .withPropertyValues(
                        "spring.application.name=shop",
                        "ternmq.name-server=" + BROKER.address(),
                        // As with the embedded broker: one in the same process may have to wait for a processor.
                        "ternmq.request-timeout=15s",
                        "ternmq.producer.send-timeout=30s",
                        "ternmq.consumer.offset-directory=" + offsets,
                        "ternmq.consumer.consume-from=earliest");
    }

    static class Worker {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "shared", group = "workers")
        void work(String text) {
            received.add(text);
        }
    }

    static class Reader {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @MessageListener(topics = "news", group = "readers", messageModel = "broadcasting")
        void read(String text) {
            received.add(text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        final Queue<String> received = new ConcurrentLinkedQueue<>();

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ProducerBean sender() {
            ProducerBean producer = new ProducerBean();
            producer.setProperties(properties(PropertyKeyConst.ProducerId, "PID_SHOP"));
            return producer;
        }

        @Bean(initMethod = "start", destroyMethod = "shutdown")
        ConsumerBean receiver() {
            ConsumerBean consumer = new ConsumerBean();
            consumer.setProperties(properties(PropertyKeyConst.ConsumerId, "CID_SHOP"));
            consumer.setSubscriptionTable(Map.of(new Subscription("beans", "*"), (message, context) -> {
                received.add(new String(message.getBody(), UTF_8));
                return Action.CommitMessage;
            }));
            return consumer;
        }

        private static Properties properties(String key, String value) {
            Properties properties = new Properties();
            properties.setProperty(key, value);
            properties.setProperty(PropertyKeyConst.SendMsgTimeoutMillis, "30000");
            return properties;
        }
    }

    static class OneGroupByTwoWays {

        @MessageListener(topics = "twice", group = "twice")
        void here(String text) {}

        @MessageListener(topics = "twice", group = "twice", cluster = "again")
        void again(String text) {}
    }

    @Test
    void allSendAndShareTheQueuesOfTheirGroups() {
        ApplicationContextRunner runner = runner().withBean(Worker.class);
        Set<String> sent = new HashSet<>();
        runner.run(first -> runner.run(second -> {
            Queue<String> one = first.getBean(Worker.class).received;
            Queue<String> other = second.getBean(Worker.class).received;
            await().atMost(PATIENCE).until(() -> {
                sent.add(send(first, "shared", "first " + sent.size()));
                sent.add(send(second, "shared", "second " + sent.size()));
                return !one.isEmpty() && !other.isEmpty();
            });
            await().atMost(PATIENCE).untilAsserted(() -> {
                Set<String> received = new HashSet<>(one);
                received.addAll(other);
                assertThat(received).isEqualTo(sent);
            });
        }));
    }

    @Test
    void allHearWhatIsBroadcastAndKeepTheirProgressWhereItStays() {
        ApplicationContextRunner runner = runner().withBean(Reader.class);
        int[] sent = new int[1];
        runner.run(first -> runner.run(second -> {
            Queue<String> one = first.getBean(Reader.class).received;
            Queue<String> other = second.getBean(Reader.class).received;
            await().atMost(PATIENCE).until(() -> {
                send(first, "news", "news " + sent[0]++);
                return one.stream().anyMatch(other::contains);
            });
        }));

        assertThat(offsets.resolve("readers").resolve("offsets.json")).isRegularFile();
    }

    @Test
    void haveBeansOfTheSameGroups() {
        ApplicationContextRunner runner = runner().withUserConfiguration(Beans.class);
        runner.run(first -> runner.run(second -> {
            Queue<String> one = first.getBean(Beans.class).received;
            Queue<String> other = second.getBean(Beans.class).received;
            await().atMost(PATIENCE).until(() -> {
                for (AssertableApplicationContext context : List.of(first, second)) {
                    context.getBean(ProducerBean.class).send(new Message("beans", "", "x".getBytes(UTF_8)));
                }
                return !one.isEmpty() && !other.isEmpty();
            });
        }));
    }

    @Test
    void eachHasAGroupOnlyOnceAlsoByTwoClustersOfOneAddress() {
        ApplicationContextRunner runner =
                runner().withPropertyValues("ternmq.clusters.again.name-server=" + BROKER.address());
        runner.withBean(OneGroupByTwoWays.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(DuplicateListenerException.class)
                        .hasMessageContaining("OneGroupByTwoWays.here(")
                        .hasMessageContaining("OneGroupByTwoWays.again("));
        runner.run(context -> {
            send(context, "unheard", "by the default cluster");
            MessageTemplate again = context.getBean("ternMQMessageTemplate.again", MessageTemplate.class);
            assertThatThrownBy(() -> again.convertAndSend("unheard", "by the other"))
                    .hasMessageContaining("the group has a producer in this application already: group=shop-producer");
        });
    }

    private static String send(ApplicationContext context, String topic, String text) {
        context.getBean(MessageTemplate.class).convertAndSend(topic, text);
        return text;
    }
}
