package io.ternmq.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Where options come from that are not on the command line: first the environment, then the file. Keys that are no options are refused, with the
 * option that was probably meant.
 */
final class OptionSources implements CommandLine.IDefaultValueProvider {
    static final String CONFIG = "--config";

    private static final String PREFIX = "TERNMQ_";

    private final Map<String, String> environment;
    private final Map<String, String> file;

    private OptionSources(Map<String, String> environment, Map<String, String> file) {
        this.environment = environment;
        this.file = file;
    }

    /** Reads the file that the command line or the environment names, if any. */
    static OptionSources of(String[] arguments, Map<String, String> environment, CommandSpec spec) {
        Set<String> keys = new TreeSet<>();
        for (OptionSpec option : spec.options()) {
            keys.add(key(option));
        }
        keys.removeAll(Set.of("help", "version"));
        String path = configArgument(arguments);
        path = path == null ? environment.get(variable(CONFIG.substring(2))) : path;
        Map<String, String> file = path == null ? Map.of() : read(Path.of(path), keys);
        return new OptionSources(environment, file);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String key = key(option);
        String value = environment.get(variable(key));
        return value != null ? value : file.get(key);
    }

    private static @Nullable String configArgument(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith(CONFIG + "=")) {
                return arguments[i].substring(CONFIG.length() + 1);
            }
            if (arguments[i].equals(CONFIG) && i + 1 < arguments.length) {
                return arguments[i + 1];
            }
        }
        return null;
    }

    private static Map<String, String> read(Path path, Set<String> keys) {
        Object content;
        try {
            content = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(Files.readString(path, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("configuration file does not exist: config=" + path, e);
        } catch (IOException | YAMLException e) {
            throw new IllegalArgumentException(
                    "configuration file cannot be read: config=" + path + ", reason=" + e.getMessage(), e);
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (content != null) {
            flatten(path, "", content, values);
        }
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (!keys.contains(entry.getKey())) {
                throw new IllegalArgumentException("configuration key is unknown: key=" + entry.getKey() + ", value="
                        + entry.getValue() + ", config=" + path + "; did you mean " + nearest(entry.getKey(), keys)
                        + "? Allowed: " + String.join(", ", keys));
            }
        }
        return values;
    }

    /** A key inside a key counts as one with a dash between: {@code tls: {mode: permissive}} is {@code tls-mode}. */
    private static void flatten(Path path, String prefix, Object content, Map<String, String> values) {
        if (content instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value != null) {
                    flatten(path, prefix.isEmpty() ? String.valueOf(key) : prefix + "-" + key, value, values);
                }
            });
        } else if (prefix.isEmpty() || content instanceof Iterable<?>) {
            throw new IllegalArgumentException("configuration file is not a table of keys and values: config=" + path
                    + (prefix.isEmpty() ? "" : ", key=" + prefix) + "; write lines such as 'port: 9876'");
        } else {
            values.put(prefix, String.valueOf(content));
        }
    }

    private static String nearest(String key, Set<String> keys) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : keys) {
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static String key(OptionSpec option) {
        return option.longestName().substring(2);
    }

    private static String variable(String key) {
        return PREFIX + key.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
