package io.ternmq.protocol.body;

/**
 * A client that is connected, as the lists of connections tell of it (codes 203 and 204).
 *
 * @param clientAddr host and port that it connects from
 * @param language name of a {@link io.ternmq.protocol.Language}
 * @param version its protocol version
 */
public record ClientConnectionData(String clientId, String clientAddr, String language, int version) {}
