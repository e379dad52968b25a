package io.ternmq.protocol.body;

import java.util.Map;

/**
 * All request modes that were set (code 402).
 *
 * @param messageRequestModeMap by topic, then group
 */
public record RequestModeTable(Map<String, Map<String, RequestMode>> messageRequestModeMap) {}
