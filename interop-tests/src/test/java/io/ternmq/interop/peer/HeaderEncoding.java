package io.ternmq.interop.peer;

/** How a genuine client writes the headers of its requests; a setting of its process. */
public enum HeaderEncoding {
    /** The default. */
    JSON,
    /** The binary form, which RocketMQ calls by its own name. */
    ROCKETMQ
}
