package io.ternmq.protocol.body;

import java.util.Map;

/** Body that is a table of texts (codes 28 and 219). */
public record KeyValueTable(Map<String, String> table) {}
