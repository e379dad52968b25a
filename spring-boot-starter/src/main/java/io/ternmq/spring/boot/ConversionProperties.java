package io.ternmq.spring.boot;

import io.ternmq.spring.support.PayloadTypes;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How payloads say of which type they are, {@code ternmq.conversion.*}. Without ids and trusted packages they do not.
 *
 * @param typeHeader The user property that says of which type a payload is.
 * @param typeIds Types that have an id, by id. The id is sent, and read as the type.
 * @param trustedPackages Packages whose classes are sent, and read, by their own names. Those below them too.
 */
public record ConversionProperties(
        @DefaultValue(PayloadTypes.DEFAULT_HEADER) String typeHeader,
        @DefaultValue Map<String, Class<?>> typeIds,
        @DefaultValue List<String> trustedPackages) {

    /** Whether payloads say of which type they are. */
    boolean isTyped() {
        return !typeIds.isEmpty() || !trustedPackages.isEmpty();
    }

    PayloadTypes types() {
        return new PayloadTypes(typeHeader, typeIds, trustedPackages);
    }
}
