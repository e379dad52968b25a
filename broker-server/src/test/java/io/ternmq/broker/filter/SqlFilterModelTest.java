package io.ternmq.broker.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random conditions over random messages, against a plain model: maps, decimals, and Boolean with null for unknown. */
class SqlFilterModelTest {
    private static final List<String> NAMES = List.of("a", "b", "_c$1", "TAGS");
    private static final List<String> VALUES =
            List.of("", "x", "xy", "o'k", "1", "2", "-3", "2.50", "true", "False", "\u00fc");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheModel(long seed) throws FilterException {
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            Model model = condition(random, 4);
            SqlFilter filter = SqlFilter.compile(model.text());
            for (int j = 0; j < 10; j++) {
                Map<String, String> properties = properties(random);
                assertThat(Examples.matches(filter, properties))
                        .as("seed=%d, expression=%s, properties=%s", seed, model.text(), properties)
                        .isEqualTo(Boolean.TRUE.equals(model.test().of(properties)));
            }
        }
    }

    private interface Test {
        @Nullable
        Boolean of(Map<String, String> properties);
    }

    private record Model(String text, Test test) {}

    private static Map<String, String> properties(Random random) {
        Map<String, String> properties = new HashMap<>();
        for (String name : NAMES) {
            if (random.nextInt(4) > 0) {
                properties.put(name, pick(random, VALUES));
            }
        }
        return properties;
    }

    private static Model condition(Random random, int depth) {
        if (depth > 0) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    return join(random, " AND ", depth, Boolean.FALSE);
                }
                case 1 -> {
                    return join(random, " oR ", depth, Boolean.TRUE);
                }
                case 2 -> {
                    Model inner = condition(random, depth - 1);
                    return new Model("NOT (" + inner.text + ")", p -> negate(inner.test.of(p)));
                }
                case 3 -> {
                    Model inner = condition(random, depth - 1);
                    return new Model("(" + inner.text + ") is null", p -> inner.test.of(p) == null);
                }
                default -> {
                    // A leaf, below.
                }
            }
        }
        return leaf(random);
    }

    private static Model join(Random random, String word, int depth, Boolean decisive) {
        List<Model> parts = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            Model part = condition(random, depth - 1);
            parts.add(new Model("(" + part.text + ")", part.test));
        }
        return new Model(parts.stream().map(Model::text).collect(Collectors.joining(word)), p -> {
            boolean unknown = false;
            for (Model part : parts) {
                Boolean value = part.test.of(p);
                if (decisive.equals(value)) {
                    return decisive;
                }
                unknown |= value == null;
            }
            return unknown ? null : Boolean.valueOf(!decisive);
        });
    }

    private static Model leaf(Random random) {
        String name = pick(random, NAMES);
        String other = pick(random, NAMES);
        String text = pick(random, VALUES);
        String quoted = "'" + text.replace("'", "''") + "'";
        int number = random.nextInt(7) - 3;
        return switch (random.nextInt(12)) {
            case 0 ->
                new Model(
                        name + "=" + quoted,
                        p -> p.containsKey(name) ? p.get(name).equals(text) : null);
            case 1 ->
                new Model(
                        name + " <> " + quoted,
                        p -> p.containsKey(name) ? !p.get(name).equals(text) : null);
            case 2 ->
                new Model(
                        name + " = " + other,
                        p -> p.containsKey(name) && p.containsKey(other)
                                ? p.get(name).equals(p.get(other))
                                : null);
            case 3 -> compared(name, "<", number);
            case 4 -> compared(name, ">=", number);
            case 5 -> compared(name, "=", number);
            case 6 ->
                new Model(name + " Between -1 And " + (number + 4), p -> {
                    BigDecimal value = number(p.get(name));
                    return value == null
                            ? null
                            : value.compareTo(BigDecimal.valueOf(-1)) >= 0
                                    && value.compareTo(BigDecimal.valueOf(number + 4)) <= 0;
                });
            case 7 ->
                new Model(
                        name + " in (" + quoted + ", 'x')",
                        p -> p.containsKey(name)
                                ? p.get(name).equals(text) || p.get(name).equals("x")
                                : null);
            case 8 -> new Model(name + " IS NOT NULL", p -> p.containsKey(name));
            case 9 ->
                new Model(
                        name + " contains " + quoted,
                        p -> p.containsKey(name) ? p.get(name).contains(text) : null);
            case 10 ->
                new Model(
                        name + " not startswith " + quoted,
                        p -> p.containsKey(name) ? !p.get(name).startsWith(text) : null);
            default ->
                new Model(name + " = TRUE", p -> {
                    String value = p.getOrDefault(name, "").toLowerCase(java.util.Locale.ROOT);
                    return value.equals("true") ? Boolean.TRUE : value.equals("false") ? Boolean.FALSE : null;
                });
        };
    }

    private static Model compared(String name, String operator, int number) {
        return new Model(name + operator + number, p -> {
            BigDecimal value = number(p.get(name));
            if (value == null) {
                return null;
            }
            int order = value.compareTo(BigDecimal.valueOf(number));
            return switch (operator) {
                case "<" -> order < 0;
                case ">=" -> order >= 0;
                default -> order == 0;
            };
        });
    }

    private static @Nullable BigDecimal number(@Nullable String text) {
        try {
            return text == null ? null : new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Boolean negate(@Nullable Boolean value) {
        return value == null ? null : !value;
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
