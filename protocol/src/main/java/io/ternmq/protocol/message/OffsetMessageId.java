package io.ternmq.protocol.message;

import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The id that says where a record lies: upper-case hex of the store host's address (4 or 16 bytes), its port (4) and the commit
 * log offset (8).
 */
public record OffsetMessageId(InetSocketAddress storeHost, long commitLogOffset) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Reads an id. */
    public static OffsetMessageId parse(String text) throws CommandException {
        try {
            byte[] bytes = HEX.parseHex(text);
            if (bytes.length != 16 && bytes.length != 28) {
                throw malformed(text);
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte[] address = new byte[bytes.length - 12];
            in.get(address);
            int port = in.getInt();
            return new OffsetMessageId(new InetSocketAddress(InetAddress.getByAddress(address), port), in.getLong());
        } catch (IllegalArgumentException | UnknownHostException e) {
            throw malformed(text);
        }
    }

    private static CommandException malformed(String text) {
        return new CommandException(
                ResponseCode.SYSTEM_ERROR, "not an offset message id: id=" + text + ", expected 32 or 56 hex digits");
    }

    /** Returns the text that travels. */
    @Override
    public String toString() {
        byte[] address = storeHost.getAddress().getAddress();
        ByteBuffer out = ByteBuffer.allocate(address.length + 12);
        out.put(address).putInt(storeHost.getPort()).putLong(commitLogOffset);
        return HEX.formatHex(out.array());
    }
}
