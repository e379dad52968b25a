package io.ternmq.samples.orders;

import io.ternmq.client.MQClientException;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The shop's door. */
@RestController
class OrderController {

    /** What a customer sends. */
    record NewOrder(@Nullable String item, @Nullable BigDecimal amount) {}

    private final OrderDesk desk;
    private final OrderStore orders;
    private final Analytics analytics;
    private final History history;
    private final MessageTrace trace;

    OrderController(OrderDesk desk, OrderStore orders, Analytics analytics, History history, MessageTrace trace) {
        this.desk = desk;
        this.orders = orders;
        this.analytics = analytics;
        this.history = history;
        this.trace = trace;
    }

    @PostMapping("/orders")
    ResponseEntity<Order> place(@RequestBody NewOrder wanted) {
        String item = wanted.item();
        BigDecimal amount = wanted.amount();
        if (item == null || item.isBlank() || item.length() > 200 || amount == null || amount.signum() <= 0) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "an order needs an item, and an amount above zero");
        }
        Order order = desk.place(item, amount);
        return ResponseEntity.created(URI.create("/orders/" + order.id())).body(order);
    }

    @GetMapping("/orders")
    List<Order> all() {
        return orders.all();
    }

    @GetMapping("/orders/{id}")
    ResponseEntity<Order> one(@PathVariable String id) {
        return ResponseEntity.of(orders.find(id));
    }

    /** What has happened to an order since it was placed. */
    @GetMapping("/orders/{id}/history")
    List<Order.Status> history(@PathVariable String id) {
        return history.of(id);
    }

    /** Where the messages of an order have been. */
    @GetMapping("/orders/{id}/trace")
    List<MessageTrace.Step> trace(@PathVariable String id) {
        return trace.of(id);
    }

    /** How many orders were created and paid, as the listener for analytics has counted them. */
    @GetMapping("/analytics")
    Map<String, Integer> analytics() {
        return analytics.counts();
    }

    @ExceptionHandler
    ProblemDetail noBroker(MQClientException e) {
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.SERVICE_UNAVAILABLE, "the order was not taken, try again later: " + e.getMessage());
    }
}
