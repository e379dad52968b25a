package io.ternmq.client;

/**
 * How the queues of a topic are shared out among the members of a group. All members must use the same one; each comes to
 * the same result as the clients of Apache RocketMQ with theirs of the same name.
 */
public enum AllocationStrategy {
    /** Each member gets a run of neighbours; the first members get one more if it does not come out even. */
    AVG,
    /** Queues are dealt like cards, one to each member in turn. */
    AVG_BY_CIRCLE,
    /** A ring of hashes: when a member comes or goes, only its own queues change hands, at the cost of evenness. */
    CONSISTENT_HASH
}
