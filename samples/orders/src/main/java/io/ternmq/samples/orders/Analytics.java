package io.ternmq.samples.orders;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.support.TernMQHeaders;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.stereotype.Component;

/** Counts whatever happens to orders; it does not read the messages, their headers are enough. */
@Component
class Analytics {

    private static final Logger LOG = LoggerFactory.getLogger(Analytics.class);

    private final JdbcClient jdbc;

    Analytics(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A message that comes twice counts once: the row is there already. */
    @MessageListener(topics = "orders", group = "analytics")
    void count(@Header(TernMQHeaders.TAGS) String tag, @Header(TernMQHeaders.KEYS) String orderId) {
        jdbc.sql("merge into order_events (tag, order_id) key (tag, order_id) values (?, ?)")
                .params(tag, orderId)
                .update();
        LOG.info("order {} counted: {}", orderId, tag);
    }

    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        jdbc.sql("select tag, count(*) as orders from order_events group by tag")
                .query((row, number) -> counts.put(row.getString("tag"), row.getInt("orders")))
                .list();
        return counts;
    }
}
