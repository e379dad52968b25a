package io.ternmq.interop.peer;

import io.ternmq.interop.client.Delivered;
import io.ternmq.interop.client.TestConsumer;
import io.ternmq.interop.driver.Line;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** A push consumer in a genuine client's process. Thread safe. */
final class GenuineConsumer implements TestConsumer {
    private final GenuineClient client;
    private final String name;
    private final List<Delivered> received = new CopyOnWriteArrayList<>();

    GenuineConsumer(GenuineClient client, String name) {
        this.client = client;
        this.name = name;
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
        received.add(new Delivered(
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
