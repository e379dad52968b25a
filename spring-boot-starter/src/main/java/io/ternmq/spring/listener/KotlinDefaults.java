package io.ternmq.spring.listener;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlin.Unit;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KCallables;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;

/**
 * Calls a Kotlin function of which some parameters have defaults: where there is no argument for one, such as for a header
 * that is missing, its default counts. Needs kotlin-reflect, and is loaded only where that is.
 */
final class KotlinDefaults {

    private final KFunction<?> function;
    private final List<KParameter> parameters;

    private KotlinDefaults(KFunction<?> function) {
        this.function = function;
        this.parameters = function.getParameters();
        KCallablesJvm.setAccessible(function, true);
    }

    /** The way to call a method, or {@code null} if none of its parameters has a default. */
    static @Nullable KotlinDefaults of(Method method) {
        if (!KotlinDetector.isKotlinType(method.getDeclaringClass())) {
            return null;
        }
        KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
        return function != null && function.getParameters().stream().anyMatch(KParameter::isOptional)
                ? new KotlinDefaults(function)
                : null;
    }

    /**
     * Calls the function; one that returns nothing comes to {@code null}, as where the method is invoked.
     *
     * @param arguments as for the method; the continuation of a suspend function is the last
     */
    @Nullable
    Object call(Object bean, @Nullable Object[] arguments) throws InvocationTargetException {
        Map<KParameter, @Nullable Object> given = new LinkedHashMap<>();
        given.put(parameters.get(0), bean);
        for (int i = 1; i < parameters.size(); i++) {
            KParameter parameter = parameters.get(i);
            Object argument = arguments[i - 1];
            if (argument != null || !parameter.isOptional()) {
                given.put(parameter, argument);
            }
        }
        return arguments.length > 0 && arguments[arguments.length - 1] instanceof Suspended continuation
                ? KCallables.callSuspendBy(function, given, continuation)
                : orNull(function.callBy(given));
    }

    private static @Nullable Object orNull(@Nullable Object returned) {
        return returned == Unit.INSTANCE ? null : returned;
    }
}
