package io.ternmq.broker.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.file.Files;
import io.ternmq.broker.store.AppendCallback;
import io.ternmq.broker.store.AppendResult;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.store.NewMessage;
import io.ternmq.broker.store.StoreConfig;
import io.ternmq.broker.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageSearchTest {
    @TempDir
    private Path directory;

    private final AtomicLong now = new AtomicLong(1_000);
    private KeyIndex index;
    private MessageStore store;
    private MessageSearch search;

    @BeforeEach
    void open() throws IOException {
        index = KeyIndex.open(Files.real(), directory.resolve("index"));
        store = MessageStore.open(
                StoreConfig.defaults(directory.resolve("data")),
                Files.real(),
                now::get,
                (topic, queueId, next, tags, time) -> {},
                List.of(index));
        search = new MessageSearch(index, store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void findsByEachKeyAndByUniqueId() throws Exception {
        long first = append("orders", "KEYS\u0001a bb  ccc\u0002UNIQ_KEY\u0001ID1\u0002TAGS\u0001x\u0002");
        long second = append("orders", "UNIQ_KEY\u0001ID2\u0002KEYS\u0001bb");

        assertThat(find("orders", "a", false)).containsExactly(first);
        assertThat(find("orders", "bb", false)).containsExactly(first, second);
        assertThat(find("orders", "ccc", false)).containsExactly(first);
        assertThat(find("orders", "ID1", true)).containsExactly(first);
        assertThat(find("orders", "ID2", true)).containsExactly(second);
    }

    @Test
    void findsNothingElse() throws Exception {
        append("orders", "KEYS\u0001abc bcd\u0002UNIQ_KEY\u0001ID1\u0002MYKEYS\u0001own\u0002");
        append("orders", "");

        for (String key : new String[] {"ab", "bc", "abc bcd", "", " ", "own", "ABC", "x"}) {
            assertThat(find("orders", key, false)).as("key=%s", key).isEmpty();
        }
        assertThat(find("payments", "abc", false)).isEmpty();
        assertThat(find("orders", "ID1", false)).as("a unique id is no key").isEmpty();
        assertThat(find("orders", "abc", true)).as("a key is no unique id").isEmpty();
    }

    @Test
    void isNotMisledByEqualHashes() throws Exception {
        append("a#b", "KEYS\u0001c\u0002UNIQ_KEY\u0001c\u0002");
        long meant = append("a", "KEYS\u0001b#c\u0002");
        append("a#b", "KEYS\u0001c\u0002");

        assertThat(find("a", "b#c", false)).containsExactly(meant);
        assertThat(find("a", "b#c", true)).isEmpty();
    }

    @Test
    void findsTheNewestInATimeRange() throws Exception {
        for (int i = 0; i < 100; i++) {
            now.set(1_000 + i * 10);
            append("orders", "KEYS\u0001k\u0002UNIQ_KEY\u0001" + i + "\u0002");
        }

        List<ByteBuffer> newest = search.find(new KeyQuery("orders", "k", false, 64, 0, Long.MAX_VALUE));
        assertThat(newest).hasSize(64);
        assertThat(newest.get(0).getLong(56)).isEqualTo(1_360);
        assertThat(newest.get(63).getLong(56)).isEqualTo(1_990);
        assertThat(search.find(new KeyQuery("orders", "k", false, 64, 1_500, 1_520)))
                .extracting(record -> record.getLong(56))
                .containsExactly(1_500L, 1_510L, 1_520L);
        assertThat(search.find(new KeyQuery("orders", "k", false, 2, 0, 1_519)))
                .extracting(record -> record.getLong(56))
                .containsExactly(1_500L, 1_510L);
        assertThat(search.find(new KeyQuery("orders", "k", false, 64, 1_520, 1_500)))
                .isEmpty();
        assertThat(search.find(new KeyQuery("orders", "k", false, 0, 0, Long.MAX_VALUE)))
                .isEmpty();
    }

    @Test
    void limitsTheBytesOfAnAnswerButFindsOneMessageOfAnySize() throws Exception {
        for (int i = 0; i < 4; i++) {
            append("orders", "KEYS\u0001big\u0002", 1_500_000);
        }
        long last = append("orders", "KEYS\u0001huge\u0002", 4_194_304);

        assertThat(find("orders", "big", false)).hasSize(2);
        assertThat(find("orders", "huge", false)).containsExactly(last);
    }

    @Test
    void forgetsTheMessagesOfADeletedTopic() throws Exception {
        append("orders", "KEYS\u0001k\u0002");
        store.deleteTopic("orders");
        long anew = append("orders", "KEYS\u0001k\u0002");

        assertThat(find("orders", "k", false)).containsExactly(anew);
    }

    @Test
    void tellsHowFarItHasCome() throws Exception {
        long offset = append("orders", "");

        assertThat(index.lastOffset()).isEqualTo(offset);
        assertThat(index.lastTimestamp()).isEqualTo(1_000);
    }

    private List<Long> find(String topic, String key, boolean unique) throws IOException {
        return search.find(new KeyQuery(topic, key, unique, 64, 0, Long.MAX_VALUE)).stream()
                .map(record -> record.getLong(28))
                .toList();
    }

    private long append(String topic, String properties) throws Exception {
        return append(topic, properties, 10);
    }

    private long append(String topic, String properties, int bodyBytes) throws Exception {
        InetSocketAddress host = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 1);
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        store.append(
                new NewMessage(topic, 0, 0, 0, 1, host, host, 0, 0, properties, ByteBuffer.wrap(new byte[bodyBytes])),
                new AppendCallback() {
                    @Override
                    public void committed(AppendResult result) {
                        outcome.complete(result);
                    }

                    @Override
                    public void failed(StoreException reason) {
                        outcome.completeExceptionally(reason);
                    }
                });
        return outcome.get().logOffset();
    }
}
