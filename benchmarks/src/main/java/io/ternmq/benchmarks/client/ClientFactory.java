package io.ternmq.benchmarks.client;

/** Opens clients of one kind. */
@FunctionalInterface
public interface ClientFactory {
    /** Opens a started client. */
    LoadClient open(Target target) throws Exception;
}
