package io.ternmq.client.internal.trace;

import io.ternmq.client.internal.trace.TraceRecord.Consumed;
import io.ternmq.client.internal.trace.TraceRecord.Delivered;
import io.ternmq.client.internal.trace.TraceRecord.MessageKind;
import io.ternmq.client.internal.trace.TraceRecord.Outcome;
import io.ternmq.client.internal.trace.TraceRecord.Recalled;
import io.ternmq.client.internal.trace.TraceRecord.Sent;
import io.ternmq.client.internal.trace.TraceRecord.TransactionEnded;
import java.util.ArrayList;
import java.util.List;

/** The text form of trace records: fields separated by character 1, each record ended by character 2. */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker", "StringSplitter"
}) // kinds are ordinals on the wire; its separators are plain
public final class TraceCodec {

    private static final char FIELD_END = '\u0001';
    private static final char RECORD_END = '\u0002';

    /** Which numbers stand for the kinds of messages. */
    public enum Dialect {
        /** Apache RocketMQ 4.9 and 5.x, and this client. */
        APACHE(
                MessageKind.NORMAL,
                MessageKind.TRANSACTION_HALF,
                MessageKind.TRANSACTION_COMMIT,
                MessageKind.DELAY,
                MessageKind.ORDER),
        /** The ONS SDK. */
        ONS(
                MessageKind.NORMAL,
                MessageKind.ORDER,
                MessageKind.TRANSACTION_HALF,
                MessageKind.TRANSACTION_COMMIT,
                MessageKind.DELAY);

        private final List<MessageKind> kinds;

        Dialect(MessageKind... kinds) {
            this.kinds = List.of(kinds);
        }

        private MessageKind kind(String text) {
            int index = (int) TraceCodec.number(text);
            return index >= 0 && index < kinds.size() ? kinds.get(index) : MessageKind.NORMAL;
        }

        private int number(MessageKind kind) {
            return kinds.indexOf(kind);
        }
    }

    private TraceCodec() {}

    /** Adds a record to a text, as Apache RocketMQ writes it. */
    static void write(StringBuilder text, TraceRecord entry) {
        if (entry instanceof Sent sent) {
            write(
                    text,
                    "Pub",
                    sent.timestamp(),
                    sent.region(),
                    sent.group(),
                    sent.topic(),
                    sent.messageId(),
                    sent.tags(),
                    sent.keys(),
                    sent.storeHost(),
                    sent.bodyLength(),
                    sent.costMillis(),
                    Dialect.APACHE.number(sent.kind()),
                    sent.offsetMessageId(),
                    sent.success(),
                    sent.clientHost());
        } else if (entry instanceof Delivered delivered) {
            write(
                    text,
                    "SubBefore",
                    delivered.timestamp(),
                    delivered.region(),
                    delivered.group(),
                    delivered.requestId(),
                    delivered.messageId(),
                    delivered.retryTimes(),
                    delivered.keys());
        } else if (entry instanceof Consumed consumed) {
            write(
                    text,
                    "SubAfter",
                    consumed.requestId(),
                    consumed.messageId(),
                    consumed.costMillis(),
                    consumed.success(),
                    consumed.keys(),
                    consumed.outcome().ordinal(),
                    consumed.timestamp(),
                    consumed.group());
        } else if (entry instanceof TransactionEnded ended) {
            write(
                    text,
                    "EndTransaction",
                    ended.timestamp(),
                    ended.region(),
                    ended.group(),
                    ended.topic(),
                    ended.messageId(),
                    ended.tags(),
                    ended.keys(),
                    ended.storeHost(),
                    Dialect.APACHE.number(ended.kind()),
                    ended.transactionId(),
                    ended.state(),
                    ended.fromCheck());
        } else if (entry instanceof Recalled recalled) {
            write(
                    text,
                    "Recall",
                    recalled.timestamp(),
                    recalled.region(),
                    recalled.group(),
                    recalled.topic(),
                    recalled.messageId(),
                    recalled.success());
        }
    }

    private static void write(StringBuilder text, String type, Object... fields) {
        text.append(type);
        for (Object field : fields) {
            text.append(FIELD_END).append(field);
        }
        text.append(RECORD_END);
    }

    /** Reads the records of a text; what is not understood, such as what newer clients tell, is left out. */
    public static List<TraceRecord> decode(String text, Dialect dialect) {
        List<TraceRecord> records = new ArrayList<>();
        for (String entry : text.split(String.valueOf(RECORD_END))) {
            String[] fields = entry.split(String.valueOf(FIELD_END), -1);
            for (int i = 0; i < fields.length; i++) {
                fields[i] = fields[i].equals("null") ? "" : fields[i];
            }
            switch (fields[0]) {
                case "Pub" -> addSent(records, fields, dialect);
                case "SubBefore" -> addDelivered(records, fields);
                case "SubAfter" -> addConsumed(records, fields);
                case "EndTransaction" -> addTransactionEnded(records, fields, dialect);
                case "Recall" -> addRecalled(records, fields);
                default -> {}
            }
        }
        return records;
    }

    private static void addSent(List<TraceRecord> records, String[] f, Dialect dialect) {
        if (f.length >= 14) {
            records.add(new Sent(
                    number(f[1]),
                    f[2],
                    f[3],
                    f[4],
                    f[5],
                    f[6],
                    f[7],
                    f[8],
                    (int) number(f[9]),
                    (int) number(f[10]),
                    dialect.kind(f[11]),
                    f[12],
                    Boolean.parseBoolean(f[13]),
                    f.length > 14 ? f[14] : ""));
        }
    }

    private static void addDelivered(List<TraceRecord> records, String[] f) {
        if (f.length >= 8) {
            records.add(new Delivered(number(f[1]), f[2], f[3], f[4], f[5], (int) number(f[6]), f[7]));
        }
    }

    /** The ONS SDK ends with something else where Apache RocketMQ has time and group. */
    private static void addConsumed(List<TraceRecord> records, String[] f) {
        if (f.length >= 6) {
            boolean success = Boolean.parseBoolean(f[4]);
            int code = f.length > 6 && !f[6].isEmpty() ? (int) number(f[6]) : -1;
            Outcome outcome = code >= 0 && code < Outcome.values().length
                    ? Outcome.values()[code]
                    : success ? Outcome.SUCCESS : Outcome.FAILED;
            records.add(new Consumed(
                    f[1],
                    f[2],
                    (int) number(f[3]),
                    success,
                    f[5],
                    outcome,
                    f.length > 8 ? number(f[7]) : 0,
                    f.length > 8 ? f[8] : ""));
        }
    }

    private static void addTransactionEnded(List<TraceRecord> records, String[] f, Dialect dialect) {
        if (f.length >= 13) {
            records.add(new TransactionEnded(
                    number(f[1]),
                    f[2],
                    f[3],
                    f[4],
                    f[5],
                    f[6],
                    f[7],
                    f[8],
                    dialect.kind(f[9]),
                    f[10],
                    f[11],
                    Boolean.parseBoolean(f[12])));
        }
    }

    private static void addRecalled(List<TraceRecord> records, String[] f) {
        if (f.length >= 7) {
            records.add(new Recalled(number(f[1]), f[2], f[3], f[4], f[5], Boolean.parseBoolean(f[6])));
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
