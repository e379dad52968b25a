package io.ternmq.client.internal.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.client.Assignment;
import io.ternmq.client.AssignmentListener;
import io.ternmq.client.ClientConfig;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.Revocation;
import io.ternmq.client.TopicPartition;
import io.ternmq.client.internal.group.ClientInstance;
import io.ternmq.client.internal.group.ClientRegistry;
import io.ternmq.protocol.body.MessageQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is reported while several ask for it at the same time. */
class AssignmentReportsTest {

    private static final MessageQueue FIRST = new MessageQueue("orders", "b1", 0);
    private static final MessageQueue SECOND = new MessageQueue("orders", "b1", 1);
    private static final ClientConfig NOWHERE = ClientConfig.of("127.0.0.1:1");

    private final ClientRegistry registry = new ClientRegistry();
    private final ClientInstance client = registry.acquire(NOWHERE);
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final AssignmentReports reports = new AssignmentReports(
            ConsumerConfig.builder(NOWHERE, "g")
                    .assignmentListener(new AssignmentListener() {
                        @Override
                        public void onAssigned(Assignment assignment) {
                            assignment.queues().forEach(queue -> tell("+", queue));
                        }

                        @Override
                        public void onRevoked(Revocation revocation) {
                            revocation.queues().forEach(queue -> tell("-", queue));
                        }
                    })
                    .build(),
            client);

    @AfterEach
    void close() {
        registry.release(client);
    }

    private void tell(String what, TopicPartition queue) {
        told.add(what + queue.queueId());
    }

    private static void soon(CompletableFuture<?> end) {
        end.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Who is asked whether a queue is here has a lock of its own, which another thread may hold that has something to report. */
    @Test
    void asksWhereAQueueIsWhileOthersReport() {
        soon(reports.assigned(FIRST, 0));

        reports.revokeStrays("orders", queue -> {
            soon(CompletableFuture.runAsync(() -> soon(reports.assigned(SECOND, 0))));
            return false;
        });

        soon(reports.end());
        assertThat(told).containsExactlyInAnyOrder("+0", "+1", "-0", "-1");
    }

    @Test
    void reportsAQueueOnceIfTheConsumerEndsMeanwhile() {
        soon(reports.assigned(FIRST, 0));

        reports.revokeStrays("orders", queue -> {
            soon(CompletableFuture.runAsync(() -> soon(reports.end())));
            return false;
        });

        assertThat(told).containsExactly("+0", "-0");
    }
}
