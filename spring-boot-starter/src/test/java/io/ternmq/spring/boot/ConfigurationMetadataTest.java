package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an editor knows about {@code ternmq.*}: every property has a description, and what can be chosen is offered. */
class ConfigurationMetadataTest {

    /** Texts that are whatever the application wants them to be; any other text has values to choose from, or a provider. */
    private static final Set<String> FREE_TEXTS = Set.of(
            "ternmq.access-key",
            "ternmq.consumer.group",
            "ternmq.conversion.type-header",
            "ternmq.instance-name",
            "ternmq.producer.group",
            "ternmq.secret-key",
            "ternmq.ssl.bundle",
            "ternmq.transaction.group");

    private final Map<String, JsonNode> properties = new TreeMap<>();
    private final Map<String, JsonNode> hints = new TreeMap<>();

    @BeforeEach
    void read() throws IOException {
        for (URL url : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream stream = url.openStream()) {
                JsonNode metadata = JsonMapper.shared().readTree(stream);
                metadata.at("/properties").forEach(property -> keep(properties, property));
                metadata.at("/hints").forEach(hint -> keep(hints, hint));
            }
        }
        assertThat(properties).hasSizeGreaterThan(50);
    }

    private static void keep(Map<String, JsonNode> all, JsonNode entry) {
        String name = entry.at("/name").asString();
        if (name.startsWith("ternmq.") || name.matches("management\\.[a-z]+\\.ternmq\\..*")) {
            all.put(name, entry);
        }
    }

    @Test
    void describesEveryPropertyInSentences() {
        assertThat(properties.values())
                .allSatisfy(property -> assertThat(property.at("/description").asString(""))
                        .as(property.at("/name").asString())
                        .matches("(?s)[A-Z].{8,}\\.")
                        .doesNotContain("{@", "<p>"));
    }

    @Test
    void knowsWhatIsSwitchedByConditionsAlone() {
        assertThat(properties).containsKeys("management.health.ternmq.enabled", "management.info.ternmq.enabled");
    }

    @Test
    void offersEveryConstantOfWhatCanBeChosenWithItsMeaning() {
        List<String> chosen = new ArrayList<>();
        properties.forEach((name, property) -> {
            Object[] constants = type(property).getEnumConstants();
            if (constants == null || !name.startsWith("ternmq.")) {
                return;
            }
            chosen.add(name);
            assertThat(hints).as("hint of what %s can be", name).containsKey(name);
            List<JsonNode> values = values(hints.get(name));
            assertThat(values)
                    .as(name)
                    .extracting(value -> value.at("/value").asString())
                    .containsExactlyInAnyOrderElementsOf(Stream.of(constants)
                            .map(constant -> ((Enum<?>) constant)
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'))
                            .toList());
            assertThat(property.at("/defaultValue").asString())
                    .as("default of %s", name)
                    .isIn(values.stream()
                            .map(value -> value.at("/value").asString())
                            .toList());
        });
        assertThat(chosen).contains("ternmq.startup.policy", "ternmq.provisioning.mode", "ternmq.embedded.flush");
    }

    @Test
    void offersSomethingForEveryTextThatIsNotFree() {
        Set<String> withoutHint = new TreeSet<>();
        properties.forEach((name, property) -> {
            if (type(property) == String.class && !hints.containsKey(name)) {
                withoutHint.add(name);
            }
        });

        assertThat(withoutHint).isSubsetOf(FREE_TEXTS);
    }

    @Test
    void hintsAreOfPropertiesThatThereAreAndTellWhatTheirValuesMean() {
        hints.forEach((name, hint) -> {
            assertThat(properties).containsKey(name.replaceFirst("\\.(keys|values)$", ""));
            assertThat(values(hint))
                    .as(name)
                    .allSatisfy(value ->
                            assertThat(value.at("/description").asString("")).matches("[A-Z].+\\."));
            assertThat(hint.at("/values").size() + hint.at("/providers").size())
                    .as(name)
                    .isPositive();
        });
    }

    /** What is offered is also taken, by itself and one after the other. */
    @Test
    void valuesThatAreOfferedAreTaken() {
        hints.forEach((name, hint) -> values(hint).forEach(value -> {
            String text = value.at("/value").asString();
            TernMQProperties bound = new Binder(new MapConfigurationPropertySource(Map.of(name, text)))
                    .bindOrCreate("ternmq", Bindable.of(TernMQProperties.class));
            assertThat(bound.toString().toLowerCase(Locale.ROOT))
                    .as("%s=%s", name, text)
                    .contains(text.toLowerCase(Locale.ROOT));
        }));
    }

    /** The defaults that editors show are those that are used. */
    @Test
    void defaultsThatAreShownAreUsed() {
        Map<String, String> shown = new TreeMap<>();
        properties.forEach((name, property) -> {
            if (name.startsWith("ternmq.") && property.has("defaultValue")) {
                shown.put(name, property.at("/defaultValue").asString(""));
            }
        });

        TernMQProperties explicit = new Binder(new MapConfigurationPropertySource(shown))
                .bindOrCreate("ternmq", Bindable.of(TernMQProperties.class));
        TernMQProperties implicit = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("ternmq", Bindable.of(TernMQProperties.class));
        assertThat(explicit).isEqualTo(implicit);
    }

    /** Times and sizes are given with their units, not as numbers whose unit one has to know. */
    @Test
    void timesAndSizesHaveUnits() {
        properties.forEach((name, property) -> {
            String suffix = name.substring(name.lastIndexOf('.') + 1);
            if (suffix.matches(".*(timeout|interval|delay|after|retention)")) {
                assertThat(type(property)).as(name).isEqualTo(Duration.class);
            }
            if (suffix.matches(".*(size)") && !suffix.equals("pull-batch-size")) {
                assertThat(type(property)).as(name).isEqualTo(DataSize.class);
            }
        });
    }

    private static List<JsonNode> values(JsonNode hint) {
        List<JsonNode> values = new ArrayList<>();
        hint.at("/values").forEach(values::add);
        return values;
    }

    private static Class<?> type(JsonNode property) {
        String type = property.at("/type").asString();
        int generic = type.indexOf('<');
        return ClassUtils.resolveClassName(
                generic < 0 ? type : type.substring(0, generic), ConfigurationMetadataTest.class.getClassLoader());
    }
}
