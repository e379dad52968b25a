package io.ternmq.client.admin;

import io.ternmq.client.Message;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that a consumer group has given up on.
 *
 * @param group the group
 * @param offsetMessageId where it is stored
 * @param originTopic the topic that it was sent to
 * @param originMessageId where it was stored first, if that is known
 * @param reason why it was given up, if the consumer has said so
 * @param deadSince when it was given up
 * @param message the message itself; its own copy
 */
public record DeadLetter(
        String group,
        String offsetMessageId,
        String originTopic,
        Optional<String> originMessageId,
        Optional<String> reason,
        Instant deadSince,
        Message message) {}
