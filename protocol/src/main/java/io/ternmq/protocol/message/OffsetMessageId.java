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

    /** Returns the texts of the ids of a batch's records, joined by commas. */
    public static String join(InetSocketAddress storeHost, long[] commitLogOffsets) {
        byte[] address = storeHost.getAddress().getAddress();
        String host = HEX.formatHex(address) + HEX.toHexDigits(storeHost.getPort());
        StringBuilder joined = new StringBuilder(commitLogOffsets.length * (host.length() + 17));
        for (long offset : commitLogOffsets) {
            if (!joined.isEmpty()) {
                joined.append(',');
            }
            joined.append(host);
            for (int shift = 56; shift >= 0; shift -= 8) {
                HEX.toHexDigits(joined, (byte) (offset >>> shift));
            }
        }
        return joined.toString();
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
