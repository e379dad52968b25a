package io.ternmq.broker.request.route;

import io.ternmq.broker.request.Request;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.KeyValueTable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps texts for administrators (codes 100, 101, 102, 219). Changes are registered as blocking. */
public final class KeyValueHandler {
    private final KeyValues values;

    /** Wires the handler. */
    public KeyValueHandler(KeyValues values) {
        this.values = values;
    }

    /** Sets a value. */
    public void put(Request request) throws CommandException {
        change(request, request.fields().require("value"));
    }

    /** Removes a value. */
    public void delete(Request request) throws CommandException {
        change(request, null);
    }

    /** Answers with a value. */
    public void get(Request request) throws CommandException {
        String namespace = request.fields().require("namespace");
        String key = request.fields().require("key");
        String value = values.get(namespace, key);
        if (value == null) {
            throw new CommandException(
                    ResponseCode.QUERY_NOT_FOUND, "no value is set: namespace=" + namespace + ", key=" + key);
        }
        request.succeed(Fields.of("value", value));
    }

    /** Answers with all values of a namespace. */
    public void list(Request request) throws CommandException {
        String namespace = request.fields().require("namespace");
        Map<String, String> table = values.namespace(namespace);
        if (table.isEmpty()) {
            throw new CommandException(ResponseCode.QUERY_NOT_FOUND, "no value is set: namespace=" + namespace);
        }
        request.succeed(JsonBodies.encode(new KeyValueTable(table)));
    }

    private void change(Request request, @Nullable String value) throws CommandException {
        try {
            values.put(request.fields().require("namespace"), request.fields().require("key"), value);
            request.succeed();
        } catch (IOException e) {
            throw new CommandException(
                    ResponseCode.SERVICE_NOT_AVAILABLE, "value cannot be saved: reason=" + e.getMessage());
        }
    }
}
