package io.ternmq.broker.query;

/**
 * What is searched for.
 *
 * @param topic topic of the messages
 * @param key one of their keys, or their unique id
 * @param unique whether {@code key} is a unique id
 * @param limit so many of the newest at most
 * @param begin earliest store time, ms
 * @param end latest store time, ms
 */
public record KeyQuery(String topic, String key, boolean unique, int limit, long begin, long end) {}
