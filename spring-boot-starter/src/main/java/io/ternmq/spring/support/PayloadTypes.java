package io.ternmq.spring.support;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * How messages say of which type their payloads are: by a user property that has the type's id or, of trusted packages, its class name.
 *
 * @param header the user property
 * @param ids the types that have ids, by id
 * @param trustedPackages packages whose classes may be named by their own names; those below them too
 */
public record PayloadTypes(String header, Map<String, Class<?>> ids, List<String> trustedPackages) {

    /** The user property, unless the application says otherwise. */
    public static final String DEFAULT_HEADER = "payloadType";

    /** No type has an id, and no package is trusted. */
    public static final PayloadTypes NONE = new PayloadTypes(DEFAULT_HEADER, Map.of(), List.of());

    public PayloadTypes {
        ids = Map.copyOf(ids);
        trustedPackages = List.copyOf(trustedPackages);
    }

    /** What a type is called in messages, or {@code null} if it is not to be named. */
    @Nullable
    String nameOf(Class<?> type) {
        for (Map.Entry<String, Class<?>> known : ids.entrySet()) {
            if (known.getValue() == type) {
                return known.getKey();
            }
        }
        return isTrusted(type.getName()) ? type.getName() : null;
    }

    /** The type that a message names, or {@code null} if it has no id and is in no trusted package. No other class is loaded, and none initialized. */
    public @Nullable Class<?> typeOf(String name) {
        Class<?> known = ids.get(name);
        if (known != null || !isTrusted(name)) {
            return known;
        }
        try {
            return ClassUtils.forName(name, null);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    private boolean isTrusted(String className) {
        return trustedPackages.stream().anyMatch(trusted -> className.startsWith(trusted + "."));
    }
}
