package io.ternmq.stream;

import static io.ternmq.stream.StreamApplication.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.LocalTransactionExecuter;
import io.ternmq.client.TransactionStatus;
import io.ternmq.test.EmbeddedBroker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.support.MessageBuilder;

/** Outputs whose messages are delivered only if a local transaction commits. */
class TransactionsIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Queue<String> received() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Consumer<String> take(Queue<String> received) {
            return received::add;
        }

        @Bean
        LocalTransactionExecuter pay() {
            return (message, argument) -> (TransactionStatus) java.util.Objects.requireNonNull(argument);
        }

        @Bean
        LocalTransactionChecker paid() {
            return message -> TransactionStatus.CommitTransaction;
        }
    }

    private static final String[] PROPERTIES = {
        "spring.application.name=shop",
        "spring.cloud.function.definition=take",
        "spring.cloud.stream.output-bindings=payments",
        "spring.cloud.stream.bindings.take-in-0.destination=payments",
        "spring.cloud.stream.bindings.take-in-0.group=takers",
        "spring.cloud.stream.bindings.payments.destination=payments",
        "spring.cloud.stream.ternmq.bindings.payments.producer.transaction-executer=pay",
    };

    private static void send(StreamBridge bridge, String text, TransactionStatus outcome, String header) {
        bridge.send(
                "payments",
                MessageBuilder.withPayload(text).setHeader(header, outcome).build());
    }

    @Test
    @SuppressWarnings("unchecked")
    void deliversWhatIsCommittedAndAsksAboutWhatIsNotKnown() {
        try (var application = StreamApplication.start(
                broker,
                Application.class,
                with("spring.cloud.stream.ternmq.bindings.payments.producer.transaction-checker=paid"))) {
            StreamBridge bridge = application.getBean(StreamBridge.class);
            Queue<String> received = application.getBean("received", Queue.class);

            send(bridge, "committed", TransactionStatus.CommitTransaction, "ternmq_transactionArgument");
            assertThatThrownBy(() ->
                            send(bridge, "rolled back", TransactionStatus.RollbackTransaction, "TRANSACTIONAL_ARGS"))
                    .hasStackTraceContaining("rolled back");
            send(bridge, "unknown", TransactionStatus.Unknow, "ternmq_transactionArgument");

            await().atMost(PATIENCE).until(() -> received.contains("committed") && received.contains("unknown"));
            assertThat(received).doesNotContain("rolled back");
        }
    }

    @Test
    void refusesBeansThatAreNotThere() {
        assertThatThrownBy(() -> StreamApplication.start(
                                broker,
                                Application.class,
                                with(
                                        "spring.cloud.stream.ternmq.bindings.payments.producer.transaction-checker=nobody"))
                        .close())
                .hasStackTraceContaining("there is no such bean: binding=payments, transaction-checker=nobody");
    }

    @Test
    void refusesTransactionsWithoutChecker() {
        assertThatThrownBy(() -> StreamApplication.start(broker, Application.class, PROPERTIES)
                        .close())
                .hasStackTraceContaining("a transactional binding needs two beans");
    }

    private static String[] with(String property) {
        return java.util.stream.Stream.concat(java.util.Arrays.stream(PROPERTIES), java.util.stream.Stream.of(property))
                .toArray(String[]::new);
    }
}
