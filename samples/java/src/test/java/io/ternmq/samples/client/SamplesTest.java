package io.ternmq.samples.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.test.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each sample runs, and what it prints is what its kind of message promises. */
class SamplesTest {

    @RegisterExtension
    static final EmbeddedBroker broker = new EmbeddedBroker();

    private interface Sample {
        void run(String address, PrintStream out) throws InterruptedException;
    }

    @Test
    void ordinaryMessagesArriveWithTheirKeys() throws Exception {
        List<String> lines = linesOf(OrdinaryMessages::run);

        assertThat(lines)
                .contains(
                        "received order 1, key ORDER-1",
                        "received order 2, key ORDER-2",
                        "received order 3, key ORDER-3");
        assertThat(lines)
                .filteredOn(line -> line.matches("sent order \\d as [0-9A-F]{32}"))
                .hasSize(3);
    }

    @Test
    void asyncSendsTellTheirOutcomeByCallbackAndByFuture() throws Exception {
        List<String> lines = linesOf(AsyncSend::run);

        String id = lines.stream()
                .filter(line -> line.startsWith("sending "))
                .findFirst()
                .orElseThrow()
                .substring("sending ".length());
        assertThat(lines)
                .contains("stored " + id, "refused with code 13")
                .anyMatch(line -> line.matches("stored at offset \\d+"));
    }

    @Test
    void onewaySendsArriveAndArePolled() throws Exception {
        assertThat(linesOf(OnewaySend::run)).containsExactly("sent 100 lines", "polled 100 lines");
    }

    @Test
    void delayedMessagesWaitForTheirTimeAndOneIsTakenBack() throws Exception {
        List<String> lines = linesOf(DelayedMessages::run);

        assertThat(waitedMillis(lines, "delayed by a second and a half")).isGreaterThanOrEqualTo(1_500);
        assertThat(waitedMillis(lines, "timed for two seconds from now")).isGreaterThanOrEqualTo(2_000);
        assertThat(waitedMillis(lines, "delayed by level 1")).isGreaterThanOrEqualTo(1_000);
        assertThat(waitedMillis(lines, "timed for a moment in the past")).isNotNegative();
        assertThat(lines)
                .contains("recall: CANCELLED")
                .noneMatch(line -> line.contains("taken back"))
                .filteredOn(line -> line.startsWith("received "))
                .hasSize(4);
    }

    @Test
    void inAClusterEachMessageGoesToOneInstance() throws Exception {
        List<String> lines = linesOf(Clustering::run);

        assertThat(lines.stream().map(line -> line.replaceFirst("^(first|second) received ", "")))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 16).mapToObj(i -> "message " + i).toList());
    }

    @Test
    void aBroadcastReachesEveryInstance(@TempDir Path offsets) throws Exception {
        List<String> lines = linesOf((address, out) -> Broadcasting.run(address, offsets, out));

        assertThat(lines)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 3)
                        .mapToObj(i -> " received forget price " + i)
                        .flatMap(received -> Stream.of("first" + received, "second" + received))
                        .toList());
    }

    @Test
    void theStepsOfEachOrderStayInOrder() throws Exception {
        List<String> lines = linesOf(OrderedMessages::run);

        for (String order : List.of("order-1", "order-3")) {
            assertThat(lines.stream().filter(line -> line.contains(order)))
                    .containsExactly(
                            "done: " + order + " created", "done: " + order + " paid", "done: " + order + " shipped");
        }
        assertThat(lines.stream().filter(line -> line.contains("order-2")))
                .containsExactly(
                        "done: order-2 created",
                        "again later: order-2 paid",
                        "done: order-2 paid",
                        "done: order-2 shipped");
    }

    @Test
    void transactionalMessagesArriveIfTheirTransactionCommits() throws Exception {
        List<String> lines = linesOf(TransactionalMessages::run);

        assertThat(lines)
                .contains(
                        "order-1: CommitTransaction",
                        "order-2: RollbackTransaction",
                        "order-3: Unknow",
                        "checked order-3: CommitTransaction",
                        "received order-1",
                        "received order-3")
                .doesNotContain("received order-2");
    }

    @Test
    void aBatchGoesToOneQueueAndComesInBatches() throws Exception {
        List<String> lines = linesOf(BatchMessages::run);

        assertThat(lines).anyMatch(line -> line.matches("sent 100 messages to queue \\d+"));
        List<Integer> sizes = lines.stream()
                .filter(line -> line.startsWith("received "))
                .map(line -> Integer.valueOf(line.split(" ")[1]))
                .toList();
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        assertThat(sizes).allMatch(size -> size <= 32);
    }

    @Test
    void tagsChooseWhoGetsAMessage() throws Exception {
        assertThat(linesOf(TagFilter::run))
                .containsExactlyInAnyOrder(
                        "payment received created",
                        "logistics received paid",
                        "logistics received shipped",
                        "audit received created",
                        "audit received paid",
                        "audit received shipped");
    }

    @Test
    void conditionsChooseByProperties() throws Exception {
        assertThat(linesOf(SqlFilter::run)).containsExactlyInAnyOrder("received just right", "received urgent");
    }

    @Test
    void failedMessagesComeAgainOrBecomeDeadLettersThatCanBeSentAgain() throws Exception {
        assertThat(linesOf(Retries::run))
                .containsExactly(
                        "try 1 of: at first too early",
                        "done: at first too early",
                        "try 1 of: never possible",
                        "try 2 of: never possible",
                        "try 3 of: never possible",
                        "dead letter from sample-retries",
                        "done: never possible");
    }

    @Test
    void requestsAreAnswered() throws Exception {
        assertThat(linesOf(RequestReply::run))
                .containsExactly("asked: how long is this?", "answered: 17", "asked: and this", "answered: 8");
    }

    private static List<String> linesOf(Sample sample) throws InterruptedException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        sample.run(broker.address(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static long waitedMillis(List<String> lines, String text) {
        String prefix = "received " + text + " after ";
        String line = lines.stream()
                .filter(candidate -> candidate.startsWith(prefix))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not received: " + text + ", printed: " + lines));
        return Long.parseLong(line.substring(prefix.length()).replace(" ms", ""));
    }
}
