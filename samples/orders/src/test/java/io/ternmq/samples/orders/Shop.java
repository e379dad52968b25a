package io.ternmq.samples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

/** A customer's view of the shop: HTTP. */
final class Shop {

    private final RestClient http;

    Shop(int port) {
        this.http = RestClient.create("http://127.0.0.1:" + port);
    }

    /** Places an order and returns its id. */
    String place(String item, String amount) {
        return place(item, amount, headers -> {});
    }

    /** As {@link #place(String, String)}, with a trace that the customer has begun. */
    String placeWithin(String traceparent, String item, String amount) {
        return place(item, amount, headers -> headers.set("traceparent", traceparent));
    }

    private String place(String item, String amount, Consumer<HttpHeaders> headers) {
        Order order = http.post()
                .uri("/orders")
                .headers(headers)
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("item", item, "amount", new BigDecimal(amount)))
                .retrieve()
                .body(Order.class);
        Order placed = Objects.requireNonNull(order);
        assertThat(placed.status()).isEqualTo(Order.Status.CREATED);
        return placed.id();
    }

    /** The HTTP status that an order with the given body is answered with. */
    int statusOf(String body) {
        return http.post()
                .uri("/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .exchange((request, response) -> response.getStatusCode().value());
    }

    Order.Status status(String id) {
        return Objects.requireNonNull(
                        http.get().uri("/orders/{id}", id).retrieve().body(Order.class))
                .status();
    }

    List<Order> orders() {
        return Objects.requireNonNull(
                http.get().uri("/orders").retrieve().body(new ParameterizedTypeReference<List<Order>>() {}));
    }

    List<Order.Status> history(String id) {
        return Objects.requireNonNull(http.get()
                .uri("/orders/{id}/history", id)
                .retrieve()
                .body(new ParameterizedTypeReference<List<Order.Status>>() {}));
    }

    List<MessageTrace.Step> trace(String id) {
        return Objects.requireNonNull(http.get()
                .uri("/orders/{id}/trace", id)
                .retrieve()
                .body(new ParameterizedTypeReference<List<MessageTrace.Step>>() {}));
    }

    Map<String, Integer> analytics() {
        return Objects.requireNonNull(http.get()
                .uri("/analytics")
                .retrieve()
                .body(new ParameterizedTypeReference<Map<String, Integer>>() {}));
    }
}
