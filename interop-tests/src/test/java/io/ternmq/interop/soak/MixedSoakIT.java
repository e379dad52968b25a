package io.ternmq.interop.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.DeadLetterPage;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.InteropLab;
import io.ternmq.interop.peer.GenuineClient;
import io.ternmq.interop.peer.GenuineVersion;
import io.ternmq.interop.peer.HeaderEncoding;
import io.ternmq.interop.peer.TernMQServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every kind of message and way of consuming at once, with consumers that join, leave and crash and a broker that is stopped and killed: in the end each
 * group has got what was acknowledged and what it wants, nobody has got what was rolled back, and order is kept. Takes two minutes and some settling;
 * {@code -Dternmq.soak=30m} takes longer.
 */
@ExtendWith(InteropLab.Resolver.class)
class MixedSoakIT {
    private static final int QUEUES = 4;
    private static final int PAGE = 500;
    /** Locks of crashed members, waiting pulls of genuine ones and checks of transactions take their time. */
    private static final Duration SETTLING = Duration.ofMinutes(4);

    private final InteropLab lab;

    MixedSoakIT(InteropLab lab) {
        this.lab = lab;
    }

    @Test
    void everyAcknowledgedMessageIsAccountedFor() throws Exception {
        String prefix = lab.name("soak");
        Path folder = Path.of("target", "interop", prefix).toAbsolutePath();
        Books books = new Books(prefix);
        GenuineClient genuine = lab.genuineClient(GenuineVersion.V5_5_0, HeaderEncoding.JSON);
        try (TernMQServer server = lab.ternmqServer();
                AdminClient admin = AdminClient.create(ClientConfig.of(server.nameServer()));
                SoakGroups groups = new SoakGroups(server.nameServer(), prefix, folder, books)) {
            books.topics().forEach(topic -> admin.createTopic(TopicSpec.of(topic, QUEUES)));
            groups.start(genuine);
            Receipts letters = books.retries.receiver("dead_letters", Books::isHopeless);
            Senders senders = new Senders();
            try (SoakSends ours = new SoakSends(server.nameServer(), prefix, books, senders);
                    GenuineSends theirs = new GenuineSends(genuine, server.nameServer(), prefix, books, senders);
                    Upheaval upheaval = new Upheaval(lab, server, groups)) {
                ours.start();
                theirs.start();
                try (senders) {
                    upheaval.during(SoakTime.wanted());
                }
                // The producers stay: brokers ask them about transactions.
                await("everything that was promised")
                        .atMost(SETTLING)
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> {
                            readDeadLetters(admin, groups.retryingGroup(), letters);
                            assertThat(books.missing()).isEmpty();
                        });
            }
        } finally {
            books.writeReport(Path.of("target", "soak.txt"));
        }
        assertThat(books.violations()).as(books.report()).isEmpty();
    }

    /** Reads them all anew: they are few. */
    private static void readDeadLetters(AdminClient admin, String group, Receipts letters) {
        Map<TopicPartition, Long> next = Map.of();
        DeadLetterPage page;
        do {
            page = next.isEmpty() ? admin.deadLetters(group, PAGE) : admin.deadLetters(group, next, PAGE);
            page.letters()
                    .forEach(letter -> letters.accept(
                            Texts.read(letter.message().getBody()).number()));
            next = page.next();
        } while (!page.last());
    }
}
