package io.ternmq.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFilterTest {
    private static final Map<String, String> ORDER = Map.of(
            "TAGS", "paid",
            "region", "hangzhou",
            "copy", "hangzhou",
            "price", "12.5",
            "count", "7",
            "same", "7",
            "vip", "TRUE",
            "note", "it's\u00e9l\u00e8ve",
            "empty", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region = 'hangzhou'",
                "'hangzhou' = region",
                "region = copy",
                "region <> 'beijing'",
                "TAGS = 'paid'",
                "count = 7",
                "count = 7.0",
                "7 = count",
                "count = 7L",
                "price = 1.25E1",
                "price > 12 AND price < 13",
                "price >= 12.5 and price <= 12.5",
                "10 < price",
                "count < price",
                "count > -8",
                "-count = -7",
                "- - count = 7",
                "+count = 7",
                "count BETWEEN 7 AND 9",
                "count NOT BETWEEN 8 AND 9",
                "count BETWEEN -1 AND price",
                "region IN ('beijing', 'hangzhou')",
                "region NOT IN ('beijing')",
                "count IN (6, 7)",
                "count NOT IN (6, 8)",
                "missing IS NULL",
                "region IS NOT NULL",
                "(missing = 1) IS NULL",
                "empty IS NOT NULL AND empty = ''",
                "vip = TRUE",
                "TRUE = vip",
                "vip <> FALSE",
                "(count = 7) = TRUE",
                "(count = 8) = FALSE",
                "TRUE",
                "NOT FALSE",
                "NOT (count = 8)",
                "NOT NOT TRUE",
                "count = 8 OR count = 7",
                "missing = 1 OR count = 7",
                "FALSE AND FALSE OR TRUE",
                "TRUE OR FALSE AND FALSE",
                "note = 'it''s\u00e9l\u00e8ve'",
                "note CONTAINS '\u00e9l'",
                "note STARTSWITH 'it'''",
                "note ENDSWITH '\u00e8ve'",
                "note NOT CONTAINS 'x'",
                "note CONTAINS ''",
                "region /* where */ = 'hangzhou' -- and no more",
                "region\n=\r\n\t'hangzhou'",
                "region='hangzhou'AND(count>6)",
                "Region IS NULL",
                "'a' = 'a'",
                "1 < 2",
                "count = 0000000000000000000000000000007"
            })
    void letsThrough(String expression) throws FilterException {
        assertThat(Examples.matches(expression, ORDER)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "region = 'beijing'",
                "region = count",
                "count <> 7",
                "price > 12.5",
                "missing = 1",
                "missing <> 1",
                "NOT (missing = 1)",
                "missing > 1 OR missing < 1",
                "missing = missing",
                "missing BETWEEN 1 AND 2",
                "missing NOT BETWEEN 1 AND 2",
                "missing IN ('a')",
                "missing NOT IN ('a')",
                "missing NOT CONTAINS 'a'",
                "missing NOT STARTSWITH 'a'",
                "region > 1",
                "NOT (region > 1)",
                "region = 1",
                "region <> 1",
                "region IN (1)",
                "region NOT IN (1)",
                "region BETWEEN 1 AND 2",
                "-region = 1",
                "region = TRUE",
                "region = FALSE",
                "missing = TRUE",
                "empty IS NULL",
                "empty CONTAINS 'a'",
                "region CONTAINS 'hangzhouu'",
                "region STARTSWITH 'hangzhouu'",
                "region ENDSWITH 'hhangzhou'",
                "FALSE",
                "missing = 1 AND count = 7",
                "note CONTAINS '\u00eal'"
            })
    void keepsBack(String expression) throws FilterException {
        assertThat(Examples.matches(expression, ORDER)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a =                          | 4  | expected=a property",
                "a = 1 b                      | 7  | found=b, expected=AND, OR or the end",
                "a                            | 1  | a condition is needed here",
                "a AND b = 1                  | 1  | a condition is needed here",
                "b = 1 AND 'x'                | 11 | a condition is needed here",
                "a > 'x'                      | 5  | no order",
                "'x' < a                      | 1  | no order",
                "a > (b = 1)                  | 5  | no order",
                "a BETWEEN 5 AND 1            | 11 | first bound of BETWEEN is above",
                "a BETWEEN 'a' AND 'b'        | 11 | no order",
                "a BETWEEN 1 OR 2             | 13 | found=OR, expected=AND",
                "a IN ()                      | 7  | expected=a property",
                "a IN ('a', 1)                | 12 | cannot be mixed",
                "a IN (b)                     | 7  | found=b, expected=a text or a number",
                "'a' IN ('a')                 | 1  | a property is needed",
                "a IN 'a'                     | 6  | expected=(",
                "a NOT 5                      | 7  | expected=BETWEEN, IN, CONTAINS",
                "a CONTAINS 5                 | 12 | expected=a text in single quotes",
                "a CONTAINS b                 | 12 | expected=a text in single quotes",
                "NOT a = 1                    | 5  | NOT needs a condition",
                "a = NULL                     | 5  | write IS NULL",
                "NULL = a                     | 1  | write IS NULL",
                "a = 'x                       | 5  | not closed",
                "a = 1 /* x                   | 7  | comment is not closed",
                "(a = 1                       | 7  | found=end, expected=)",
                "a = 1)                       | 6  | found=)",
                "a ! 1                        | 3  | unexpected character='!'",
                "a LIKE 'x'                   | 3  | found=LIKE",
                "a = 5abc                     | 5  | number is malformed",
                "a = 1.2.3                    | 5  | number is malformed",
                "a = 1e999                    | 5  | out of range",
                "'x' = 1                      | 5  | text and number cannot be compared",
                "(a = 1) = 1                  | 9  | cannot be compared with a text or number",
                "a + 1 = 2                    | 3  | found=+",
                "a IS 5                       | 6  | expected=NULL",
            })
    void tellsWhatIsWrongAndWhere(String expression, int position, String problem) {
        assertThatThrownBy(() -> SqlFilter.compile(expression))
                .isInstanceOf(FilterException.class)
                .hasMessageContaining("position=" + position + ",")
                .hasMessageContaining(problem)
                .hasMessageContaining("expression=" + expression);
    }

    @Test
    void refusesAnEmptyExpression() {
        assertThatThrownBy(() -> SqlFilter.compile(" ")).hasMessageContaining("found=end");
    }

    @Test
    void boundsLengthAndDepth() throws FilterException {
        String nested = "(".repeat(SqlParser.MAX_DEPTH) + "a = 1" + ")".repeat(SqlParser.MAX_DEPTH);
        assertThat(Examples.matches(nested, Map.of("a", "1"))).isTrue();
        for (String tooMuch : new String[] {
            "(" + nested + ")",
            "NOT ".repeat(SqlParser.MAX_DEPTH + 1) + "TRUE",
            "TRUE" + " = TRUE".repeat(SqlParser.MAX_DEPTH + 1),
            "(".repeat(SqlParser.MAX_LENGTH)
        }) {
            assertThatThrownBy(() -> SqlFilter.compile(tooMuch)).hasMessageContaining("nested too deeply");
        }
        assertThatThrownBy(() -> SqlFilter.compile("a = 1" + " ".repeat(SqlParser.MAX_LENGTH)))
                .hasMessageContaining("too long");
        String long1 = "a = 1" + " OR a = 1".repeat(1_800);
        assertThat(Examples.matches(long1, Map.of("a", "1"))).isTrue();
    }

    @Test
    void readsTheLastOfTwoPropertiesOfOneNameAndSkipsWhatIsNone() throws FilterException {
        byte[] text = "\u0001x\u0002a\u00011\u0002junk\u0002a\u00012\u0002b\u00013".getBytes(StandardCharsets.UTF_8);

        assertThat(SqlFilter.compile("a = 2 AND b = 3 AND junk IS NULL").matches(ByteBuffer.wrap(text), 0, text.length))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775806, true",
        "9223372036854775808, 9223372036854775807, false",
        "1e400, 1, true",
        "0x10, 1, false",
        "NaN, 1, false",
        "1d, 0, false",
        "1_0, 0, false",
        "' 5', 1, false",
        "5., 1, true",
        ".5, 0, true",
        "., 0, false",
        "5e, 0, false",
        "5e+, 0, false",
        "+5e+1, 49, true"
    })
    void readsNumbersOnly(String value, String least, boolean above) throws FilterException {
        assertThat(Examples.matches("a > " + least, Map.of("a", value))).isEqualTo(above);
    }
}
