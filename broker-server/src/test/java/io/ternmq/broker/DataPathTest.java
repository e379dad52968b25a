package io.ternmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walk through the broker in {@code docs/data-path.md} names what there is. */
class DataPathTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "data-path.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\d+ \\| `([a-z.]+)` \\| `(\\w+)\\.(\\w+)` \\|");

    @Test
    void everyClassAndMethodOfTheTableExists() throws Exception {
        List<MatchResult> rows =
                ROW.matcher(Files.readString(DOCUMENT)).results().toList();

        assertThat(rows).hasSizeGreaterThan(15);
        for (MatchResult row : rows) {
            Class<?> type = Class.forName("io.ternmq.broker." + row.group(1) + "." + row.group(2));
            assertThat(Arrays.stream(type.getDeclaredMethods()).map(method -> method.getName()))
                    .as("methods of %s", type)
                    .contains(row.group(3));
        }
    }

    @Test
    void theRowsAreNumberedInTurn() throws IOException {
        List<String> numbers = Pattern.compile("(?m)^\\| (\\d+) \\|")
                .matcher(Files.readString(DOCUMENT))
                .results()
                .map(row -> row.group(1))
                .toList();

        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(String.valueOf(i + 1));
        }
    }
}
