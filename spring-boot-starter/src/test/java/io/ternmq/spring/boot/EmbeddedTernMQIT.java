package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.PublishedMessage;
import io.ternmq.test.spring.EmbeddedTernMQ;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What {@link EmbeddedTernMQ} gives to the tests of an application. */
@SpringBootTest(
        classes = EmbeddedTernMQIT.Application.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = "ternmq.consumer.consume-from=earliest")
@EmbeddedTernMQ
class EmbeddedTernMQIT {

    /** Fails the first time for each text that begins with "again", and always for "never". */
    static class Worker {

        final List<String> received = new CopyOnWriteArrayList<>();
        private final Set<String> known = ConcurrentHashMap.newKeySet();

        @MessageListener(topics = "work", tags = "now || later", group = "worker")
        void work(String text) {
            received.add(text);
            if (text.startsWith("again") && known.add(text)) {
                throw new IllegalStateException("not yet");
            }
        }

        @MessageListener(topics = "leased", group = "leasing", consumeMode = "pop")
        void lease(String text) {
            work(text);
        }

        @MessageListener(topics = "hopeless", group = "hopeless", maxReconsumeTimes = "0")
        void fail(String text) {
            throw new IllegalStateException("never");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Worker worker() {
            return new Worker();
        }
    }

    @Autowired
    private EmbeddedBroker broker;

    @Autowired
    private MessageTemplate messages;

    @Autowired
    private Worker worker;

    @Test
    void tellsWhatWasPublishedAndWaitsUntilItIsConsumed() {
        messages.destination("work:now").key("K1").header("colour", "blue").send("one");
        messages.destination("work:now").key("K2").send("two");
        // Nobody wants this one, so nobody has to handle it.
        messages.destination("work:other").key("K3").send("three");

        broker.group("worker").awaitConsumed();

        assertThat(worker.received).contains("one", "two").doesNotContain("three");
        assertThat(broker.group("worker").unhandled()).isEmpty();
        PublishedMessage one = broker.published("work").withKey("K1").awaitOne();
        assertThat(one.text()).isEqualTo("one");
        assertThat(one.tag()).isEqualTo("now");
        assertThat(one.property("colour")).isEqualTo("blue");
        assertThat(one.deliverAt()).isNull();
        assertThat(broker.published("work")
                        .with(
                                "one of ours",
                                message -> message.keys().toString().startsWith("[K"))
                        .now())
                .extracting(PublishedMessage::text)
                .containsExactly("one", "two", "three");
        assertThat(broker.published("no-such-topic").now()).isEmpty();
    }

    @Test
    void readsLargeBodiesAsTheyWereSent() {
        String large = "x".repeat(100_000);
        messages.destination("large").key("L").send(large);

        assertThat(broker.published("large").withKey("L").awaitOne().text()).isEqualTo(large);
    }

    @Test
    void letsRetriesComeAtOnce() {
        messages.convertAndSend("work:now", "again");

        broker.group("worker").awaitHandled();
        assertThat(broker.group("worker")
                        .retries()
                        .withText("again"::equals)
                        .awaitOne()
                        .deliverAt())
                .isAfter(Instant.now());
        assertThatThrownBy(() -> broker.group("worker").awaitConsumed())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("wait to come again")
                .hasMessageContaining("advanceTimers");

        broker.advanceTimers(Duration.ofSeconds(10));

        broker.group("worker").awaitConsumed();
        assertThat(worker.received.stream().filter("again"::equals)).hasSize(2);
    }

    @Test
    void letsRetriesOfLeasedMessagesComeAtOnce() {
        messages.convertAndSend("leased", "again, leased");
        messages.convertAndSend("leased", "leased and done");

        broker.group("leasing").awaitHandled();
        assertThat(worker.received).contains("again, leased", "leased and done");
        assertThat(broker.group("leasing")
                        .retries()
                        .withText("again, leased"::equals)
                        .awaitOne()
                        .deliverAt())
                .isAfter(Instant.now());
        assertThat(broker.group("leasing").retries().now()).hasSize(1);

        broker.advanceTimers(Duration.ofSeconds(10));

        broker.group("leasing").awaitConsumed();
        assertThat(worker.received.stream().filter("again, leased"::equals)).hasSize(2);
        assertThat(worker.received.stream().filter("leased and done"::equals)).hasSize(1);
    }

    @Test
    void letsDelayedMessagesComeAndLaterOnesWaitTheirFullTime() {
        messages.destination("work:later").key("D1").delay(Duration.ofHours(2)).send("in two hours");
        assertThat(broker.delayed("work").withKey("D1").awaitOne().deliverAt())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(119)),
                        Instant.now().plus(Duration.ofMinutes(121)));
        assertThat(broker.published("work").withKey("D1").now()).isEmpty();

        broker.advanceTimers(Duration.ofHours(2));

        assertThat(broker.published("work").withKey("D1").now()).hasSize(1);
        broker.group("worker").awaitConsumed();
        assertThat(worker.received).contains("in two hours");

        messages.destination("work:later").key("D2").delay(Duration.ofHours(1)).send("in one hour");
        assertThat(broker.published("work").withKey("D2").now()).isEmpty();
        broker.advanceTimers(Duration.ofMinutes(59));
        assertThat(broker.published("work").withKey("D2").now()).isEmpty();
        broker.advanceTimers(Duration.ofMinutes(1));
        assertThat(broker.published("work").withKey("D2").now()).hasSize(1);
    }

    @Test
    void consumersStayAndGoOnAfterALongJump() {
        messages.convertAndSend("work:now", "before the jump");
        broker.group("worker").awaitConsumed();
        int connections = broker.connections();

        broker.advanceTimers(Duration.ofDays(30));
        messages.convertAndSend("work:now", "after the jump");

        broker.group("worker").awaitConsumed();
        assertThat(worker.received).contains("before the jump", "after the jump");
        assertThat(broker.connections()).isEqualTo(connections);
    }

    @Test
    void showsDeadLetters() {
        messages.destination("hopeless").key("H1").send("lost cause");

        assertThat(broker.group("hopeless")
                        .deadLetters()
                        .withKey("H1")
                        .awaitOne()
                        .text())
                .isEqualTo("lost cause");
        broker.group("hopeless").awaitConsumed();
    }

    @Test
    void failuresTellWhatIsThereInstead() {
        messages.destination("failures").key("F1").send("something else");

        assertThatThrownBy(() -> broker.published("failures")
                        .within(Duration.ofMillis(50))
                        .await(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("topic=failures")
                .hasMessageContaining("found=1")
                .hasMessageContaining("something else");
        assertThatThrownBy(() ->
                        broker.group("nobody").within(Duration.ofMillis(50)).awaitConsumed())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody of the group is online: group=nobody");
    }

    @Nested
    class Inside {

        @Autowired
        private EmbeddedBroker same;

        @Test
        void sharesTheBrokerOfTheClassAround() {
            assertThat(same).isSameAs(broker);
        }
    }
}
