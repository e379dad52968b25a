package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.support.TernMQHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The tables of the user guide leave nothing out. */
class UserGuideTest {

    private final String listening = chapter("## Listening");
    private final String headers = chapter("## Headers");
    private final String properties = chapter("## Properties");

    UserGuideTest() throws IOException {}

    private static String chapter(String heading) throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "user-guide.md"));
        int begin = guide.indexOf("\n" + heading);
        assertThat(begin).as(heading).isPositive();
        int end = guide.indexOf("\n## ", begin + heading.length());
        return guide.substring(begin, end);
    }

    /** What stands in the first column of the chapter's tables, without what is in brackets. */
    private static Set<String> firstColumn(String chapter) {
        return chapter.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(2, line.indexOf(" |", 2)).replaceAll("\\(`[^`]*`\\)", ""))
                .flatMap(cell -> Arrays.stream(cell.split(", ")))
                .map(name -> name.strip().replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesAllAttributesOfListeners() {
        Set<String> attributes = Arrays.stream(MessageListener.class.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> !name.equals("value"))
                .collect(Collectors.toSet());

        assertThat(firstColumn(listening)).containsExactlyInAnyOrderElementsOf(attributes);
    }

    @Test
    void namesAllHeaders() {
        Set<String> constants = Arrays.stream(TernMQHeaders.class.getFields())
                .map(Field::getName)
                .filter(name -> !name.equals("PREFIX"))
                .collect(Collectors.toSet());

        assertThat(firstColumn(headers)).containsExactlyInAnyOrderElementsOf(constants);
    }

    /** Properties have a line each, or are in a chapter that the line of their namespace leads to. */
    @Test
    void namesAllPropertiesOrWhereTheyAre() throws IOException {
        Set<String> named = firstColumn(properties);
        Set<String> chapters = properties
                .lines()
                .filter(line -> line.contains(".md") && !line.contains("below"))
                .flatMap(line -> Stream.of(line.substring(line.indexOf("`") + 1, line.indexOf("*`"))))
                .collect(Collectors.toSet());

        assertThat(chapters).contains("ternmq.transaction.", "ternmq.watch.");
        assertThat(propertyNames()).allSatisfy(property -> {
            boolean elsewhere =
                    chapters.stream().anyMatch(property::startsWith) || property.startsWith("ternmq.clusters");
            assertThat(elsewhere || named.contains(property)).as(property).isTrue();
        });
    }

    private static Set<String> propertyNames() throws IOException {
        try (InputStream metadata =
                UserGuideTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String text = new String(Objects.requireNonNull(metadata).readAllBytes(), UTF_8);
            return JsonMapper.shared()
                    .readTree(text)
                    .get("properties")
                    .valueStream()
                    .map(property -> property.get("name").asString())
                    .filter(name -> name.startsWith("ternmq."))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
