package io.ternmq.broker.request.group;

import io.ternmq.broker.group.QueueLocks;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.topic.QueueId;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.LockRequest;
import io.ternmq.protocol.body.LockResult;
import io.ternmq.protocol.body.MessageQueue;
import java.util.HashSet;
import java.util.Set;

/** Locks queues for consumers that consume in order (41), and unlocks them (42). Runs on the io thread. */
public final class LockHandler {
    private final BrokerIdentity identity;
    private final QueueLocks locks;

    /** Wires the handler. */
    public LockHandler(BrokerIdentity identity, QueueLocks locks) {
        this.identity = identity;
        this.locks = locks;
    }

    /** Locks what can be, and answers with what the client holds now. */
    public void lock(Request request) throws CommandException {
        LockRequest lock = JsonBodies.decode(request.body(), LockRequest.class);
        Set<QueueId> held = locks.lock(lock.consumerGroup(), lock.clientId(), queues(lock));
        Set<MessageQueue> answer = new HashSet<>();
        for (MessageQueue queue : lock.mqSet()) {
            if (held.contains(new QueueId(queue.topic(), queue.queueId()))) {
                answer.add(queue);
            }
        }
        request.succeed(JsonBodies.encode(new LockResult(answer)));
    }

    /** Unlocks. */
    public void unlock(Request request) throws CommandException {
        LockRequest lock = JsonBodies.decode(request.body(), LockRequest.class);
        locks.unlock(lock.consumerGroup(), lock.clientId(), queues(lock));
        request.succeed();
    }

    private Set<QueueId> queues(LockRequest lock) {
        Set<QueueId> queues = new HashSet<>();
        for (MessageQueue queue : lock.mqSet()) {
            if (queue.brokerName() == null || queue.brokerName().equals(identity.brokerName())) {
                queues.add(new QueueId(queue.topic(), queue.queueId()));
            }
        }
        return queues;
    }
}
