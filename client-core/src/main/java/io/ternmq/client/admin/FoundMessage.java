package io.ternmq.client.admin;

import io.ternmq.client.Message;
import java.time.Instant;

/**
 * A message as a broker has it.
 *
 * @param offsetMessageId the id that says where it is stored
 * @param storedAt when the broker stored it, by its clock
 * @param message the message itself, with its id, queue and offset; its own copy
 */
public record FoundMessage(String offsetMessageId, Instant storedAt, Message message) {}
