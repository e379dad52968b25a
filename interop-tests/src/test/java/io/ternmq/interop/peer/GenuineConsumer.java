package io.ternmq.interop.peer;

import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.driver.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A push consumer in a genuine client's process; keeps what it is given, or hands it on. Thread safe. */
final class GenuineConsumer implements TestConsumer {
    private final GenuineClient client;
    private final String name;
    private final List<Delivered> received = new CopyOnWriteArrayList<>();
    private final Consumer<Delivered> listener;

    GenuineConsumer(GenuineClient client, String name, @Nullable Consumer<Delivered> listener) {
        this.client = client;
        this.name = name;
        this.listener = listener == null ? received::add : listener;
    }

    @Override
    public List<Delivered> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        client.call(Line.of("stop").with("name", name));
    }

    void accept(Line line) {
        Map<String, String> properties = new LinkedHashMap<>(line.under("property."));
        String tag = Objects.requireNonNullElse(properties.remove("TAGS"), "");
        String key = Objects.requireNonNullElse(properties.remove("KEYS"), "");
        listener.accept(new Delivered(
                line.get("topic"),
                line.get("msgId"),
                tag,
                key,
                properties,
                line.bytes("body"),
                line.number("queueId", -1),
                Long.parseLong(line.get("queueOffset")),
                line.number("reconsumeTimes", -1),
                Long.parseLong(line.get("bornTimestamp")),
                Long.parseLong(line.get("storeTimestamp")),
                line.get("bornHost"),
                line.number("storeSize", -1)));
    }
}
