package io.ternmq.protocol.message;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Makes the ids that producers give to messages, in the form of genuine clients so that their tools can read a time out of them:
 *
 * <pre>
 *  4 address | 2 process id | 4 random | 4 milliseconds since the start of the month | 2 counter    as upper-case hex
 * </pre>
 *
 * The random part is drawn once per instance and keeps processes with equal addresses apart, as containers often are. Thread safe.
 */
public final class UniqueIds {
    private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.ISO_8859_1);
    private static final int LENGTH = 32;

    private final byte[] prefix;
    private final AtomicInteger counter =
            new AtomicInteger(ThreadLocalRandom.current().nextInt());
    private final LongSupplier clock;
    private volatile Month month;

    /**
     * Creates a generator.
     *
     * @param address the sender's address; of an IPv6 one the last four bytes are taken, to keep the short form
     * @param clock epoch milliseconds
     */
    public UniqueIds(InetAddress address, LongSupplier clock) {
        byte[] bytes = address.getAddress();
        ByteBuffer fixed = ByteBuffer.allocate(10);
        fixed.put(bytes, bytes.length - 4, 4);
        fixed.putShort((short) ProcessHandle.current().pid());
        fixed.putInt(ThreadLocalRandom.current().nextInt());
        this.prefix = HexFormat.of().withUpperCase().formatHex(fixed.array()).getBytes(StandardCharsets.ISO_8859_1);
        this.clock = clock;
        this.month = Month.of(clock.getAsLong());
    }

    /** Returns a new id of 32 characters. */
    public String next() {
        long now = clock.getAsLong();
        Month current = month;
        if (now < current.start || now >= current.end) {
            current = Month.of(now);
            month = current;
        }
        byte[] id = Arrays.copyOf(prefix, LENGTH);
        writeHex(id, prefix.length, (int) (now - current.start), 8);
        writeHex(id, prefix.length + 8, counter.getAndIncrement(), 4);
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    private static void writeHex(byte[] out, int at, int value, int digits) {
        for (int i = 0; i < digits; i++) {
            out[at + i] = DIGITS[(value >>> (4 * (digits - 1 - i))) & 0xF];
        }
    }

    private record Month(long start, long end) {
        static Month of(long epochMillis) {
            LocalDate first = ZonedDateTime.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneId.systemDefault())
                    .toLocalDate()
                    .withDayOfMonth(1);
            return new Month(startOf(first), startOf(first.plusMonths(1)));
        }

        private static long startOf(LocalDate day) {
            return day.atStartOfDay(ZoneId.systemDefault()).toInstant().toEpochMilli();
        }
    }
}
