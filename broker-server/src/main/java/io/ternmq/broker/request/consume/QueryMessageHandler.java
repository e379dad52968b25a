package io.ternmq.broker.request.consume;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.query.KeyIndex;
import io.ternmq.broker.query.KeyQuery;
import io.ternmq.broker.query.MessageSearch;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestHandler;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.ResponseCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Finds messages by one of their keys or by their unique id (code 12). Registered as blocking. */
public final class QueryMessageHandler implements RequestHandler {
    private static final int MOST = 64;

    private final KeyIndex index;
    private final MessageSearch search;

    /** Wires the handler. */
    public QueryMessageHandler(KeyIndex index, MessageSearch search) {
        this.index = index;
        this.search = search;
    }

    @Override
    public void handle(Request request) throws CommandException {
        Fields fields = request.fields();
        KeyQuery query = new KeyQuery(
                fields.require("topic"),
                fields.require("key"),
                fields.getBoolean("_UNIQUE_KEY_QUERY"),
                Math.min(MOST, fields.getInt("maxNum", MOST)),
                fields.getLong("beginTimestamp", 0),
                fields.getLong("endTimestamp", Long.MAX_VALUE));
        List<ByteBuffer> records = find(query);
        if (records.isEmpty()) {
            throw new CommandException(
                    ResponseCode.QUERY_NOT_FOUND,
                    "no message has this key: topic=" + query.topic() + ", key=" + query.key() + ", unique="
                            + query.unique() + ", begin=" + query.begin() + ", end=" + query.end()
                            + "; it may have expired");
        }
        Fields answer = Fields.builder()
                .put("indexLastUpdateTimestamp", index.lastTimestamp())
                .put("indexLastUpdatePhyoffset", index.lastOffset())
                .build();
        request.answer(ResponseCode.SUCCESS, null, answer, Unpooled.wrappedBuffer(records.toArray(ByteBuffer[]::new)));
    }

    private List<ByteBuffer> find(KeyQuery query) throws CommandException {
        try {
            return search.find(query);
        } catch (IOException e) {
            throw new CommandException(
                    ResponseCode.SYSTEM_ERROR,
                    "key index cannot be read: topic=" + query.topic() + ", key=" + query.key() + ", reason="
                            + e.getMessage());
        }
    }
}
