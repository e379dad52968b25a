package io.ternmq.broker.filter;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a compiled expression: a condition, or something that conditions compare. Immutable. */
sealed interface Expression {

    /** Something that can be compared. */
    sealed interface Operand extends Expression {}

    /** A text in quotes. */
    final class Text implements Operand {
        private final byte[] utf8;

        Text(String text) {
            this.utf8 = text.getBytes(StandardCharsets.UTF_8);
        }

        boolean isSame(Text other) {
            return Arrays.equals(utf8, other.utf8);
        }
    }

    /** The word NULL. */
    record Null() implements Operand {}

    /** What may be a number. */
    sealed interface Numeric extends Operand {
        /** The number, or {@code null} where the message has none. */
        @Nullable
        SqlNumber number(PropertyValues values);
    }

    /** A number as written. */
    record Constant(SqlNumber value) implements Numeric {
        @Override
        public SqlNumber number(PropertyValues values) {
            return value;
        }
    }

    /** A property, by its place among the names asked for. */
    record Property(int index) implements Numeric {
        @Override
        public @Nullable SqlNumber number(PropertyValues values) {
            return values.number(index);
        }
    }

    /** A property with a minus before it. */
    record Negated(Numeric operand) implements Numeric {
        @Override
        public @Nullable SqlNumber number(PropertyValues values) {
            SqlNumber number = operand.number(values);
            return number == null ? null : number.negate();
        }
    }

    /** Something that is true, false or unknown of a message. */
    sealed interface Condition extends Expression {
        /** Tells which. */
        Truth test(PropertyValues values);
    }

    /** TRUE, FALSE, or what is known without looking at the message. */
    record Known(Truth truth) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return truth;
        }
    }

    /** True if all are, false if one is. */
    record And(List<Condition> parts) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            Truth all = Truth.TRUE;
            for (int i = 0; i < parts.size(); i++) {
                Truth part = parts.get(i).test(values);
                if (part == Truth.FALSE) {
                    return Truth.FALSE;
                }
                all = part == Truth.UNKNOWN ? part : all;
            }
            return all;
        }
    }

    /** True if one is, false if none is. */
    record Or(List<Condition> parts) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            Truth any = Truth.FALSE;
            for (int i = 0; i < parts.size(); i++) {
                Truth part = parts.get(i).test(values);
                if (part == Truth.TRUE) {
                    return Truth.TRUE;
                }
                any = part == Truth.UNKNOWN ? part : any;
            }
            return any;
        }
    }

    /** The opposite. */
    record Not(Condition part) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return part.test(values).not();
        }
    }

    /** Order or equality of numbers; unknown where one is missing or none. */
    record Comparison(Numeric left, Operator operator, Numeric right) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            SqlNumber first = left.number(values);
            SqlNumber second = first == null ? null : right.number(values);
            return first == null || second == null ? Truth.UNKNOWN : Truth.of(operator.holds(first.compareTo(second)));
        }
    }

    /** Two numbers around a third. */
    record Between(Numeric operand, Numeric low, Numeric high) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            SqlNumber number = operand.number(values);
            SqlNumber least = low.number(values);
            SqlNumber most = high.number(values);
            return number == null || least == null || most == null
                    ? Truth.UNKNOWN
                    : Truth.of(number.compareTo(least) >= 0 && number.compareTo(most) <= 0);
        }
    }

    /** A property is one of some texts. */
    record TextIn(Property property, List<Text> texts) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            if (values.isMissing(property.index)) {
                return Truth.UNKNOWN;
            }
            for (int i = 0; i < texts.size(); i++) {
                if (values.equal(property.index, texts.get(i).utf8)) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }
    }

    /** A property is one of some numbers; unknown if it is none. */
    record NumberIn(Property property, List<SqlNumber> numbers) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            SqlNumber number = values.number(property.index);
            if (number == null) {
                return Truth.UNKNOWN;
            }
            for (int i = 0; i < numbers.size(); i++) {
                if (number.compareTo(numbers.get(i)) == 0) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }
    }

    /** Two properties have the same text. */
    record SameText(Property left, Property right) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return values.isMissing(left.index) || values.isMissing(right.index)
                    ? Truth.UNKNOWN
                    : Truth.of(values.equal(left.index, right.index));
        }
    }

    /** Two conditions are both true or both false. */
    record SameTruth(Condition left, Condition right) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            Truth first = left.test(values);
            Truth second = right.test(values);
            return first == Truth.UNKNOWN || second == Truth.UNKNOWN ? Truth.UNKNOWN : Truth.of(first == second);
        }
    }

    /** A property read as a truth value. */
    record PropertyTruth(Property property) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return values.truth(property.index);
        }
    }

    /** A property is missing. */
    record IsMissing(Property property) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return Truth.of(values.isMissing(property.index));
        }
    }

    /** A condition is neither true nor false. */
    record IsUnknown(Condition part) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            return Truth.of(part.test(values) == Truth.UNKNOWN);
        }
    }

    /** A property has a text in it. */
    record TextMatch(Property property, Place place, Text text) implements Condition {
        @Override
        public Truth test(PropertyValues values) {
            if (values.isMissing(property.index)) {
                return Truth.UNKNOWN;
            }
            return Truth.of(
                    switch (place) {
                        case START -> values.startsWith(property.index, text.utf8);
                        case END -> values.endsWith(property.index, text.utf8);
                        case ANYWHERE -> values.contains(property.index, text.utf8);
                    });
        }
    }

    /** Where in a property a text is looked for. */
    enum Place {
        START,
        END,
        ANYWHERE
    }

    /** How two numbers are compared. */
    enum Operator {
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL;

        boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }
}
