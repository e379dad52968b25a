package io.ternmq.client.internal.route;

import io.netty.buffer.Unpooled;
import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Connections;
import io.ternmq.client.internal.connection.Failures;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks one name server after the other until one answers, and stays with that one. */
public final class NameServers {

    private final List<String> addresses;
    private final Connections connections;
    private volatile int preferred;

    public NameServers(List<String> addresses, Connections connections) {
        this.addresses = addresses;
        this.connections = connections;
    }

    /** All of them. */
    public List<String> addresses() {
        return addresses;
    }

    /**
     * Sends a request without a body.
     *
     * @return the first answer, whatever its code, or an {@link MQClientException} that names the addresses and the time
     */
    public CompletableFuture<Reply> ask(RequestCode code, Fields fields) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        new Question(code, fields, answer).askNext();
        return answer;
    }

    /** One request on its way round the servers; the usual timeout is divided among them. */
    private final class Question {

        private final RequestCode code;
        private final Fields fields;
        private final CompletableFuture<Reply> answer;
        private final int first = preferred;
        private final long start = System.nanoTime();
        private int tried;

        Question(RequestCode code, Fields fields, CompletableFuture<Reply> answer) {
            this.code = code;
            this.fields = fields;
            this.answer = answer;
        }

        void askNext() {
            int index = (first + tried) % addresses.size();
            long left = connections.requestTimeoutNanos() - (System.nanoTime() - start);
            long share = Math.max(TimeUnit.MILLISECONDS.toNanos(1), left / (addresses.size() - tried));
            tried++;
            CompletableFuture<?> unused = connections
                    .request(addresses.get(index), code, fields, Unpooled.EMPTY_BUFFER, share)
                    .whenComplete((reply, error) -> {
                        if (reply != null) {
                            preferred = index;
                            answer.complete(reply);
                        } else if (tried < addresses.size()) {
                            askNext();
                        } else {
                            answer.completeExceptionally(unreachable(Failures.unwrap(error)));
                        }
                    });
        }

        private MQClientException unreachable(Throwable reason) {
            return new MQClientException(
                    "no name server can be reached: nameServers=" + String.join(";", addresses) + ", tried="
                            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms, reason="
                            + reason.getMessage() + "; check the address, that the server is running, and firewalls",
                    reason);
        }
    }
}
