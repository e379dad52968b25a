package io.ternmq.client.admin;

/**
 * A client that is online.
 *
 * @param clientId what it calls itself
 * @param address host and port that it connects from
 * @param language what it is written in, such as {@code JAVA}
 * @param version the number of its protocol version
 */
public record ClientInfo(String clientId, String address, String language, int version) {}
