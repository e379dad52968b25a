package io.ternmq.spring.config;

import io.ternmq.client.ConsumeMode;
import io.ternmq.client.ConsumerConfig;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageModel;
import io.ternmq.spring.core.ConsumerFactory;
import io.ternmq.spring.listener.IllegalListenerException;
import io.ternmq.spring.listener.ListenerContainer;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ListenerInterceptor;
import io.ternmq.spring.listener.ListenerKind;
import io.ternmq.spring.listener.ListenerServices;
import io.ternmq.spring.listener.ListenerSpec;
import io.ternmq.spring.listener.ReplySender;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes containers: the application's defaults, overridden by what the endpoint says. Immutable. */
public final class ListenerContainerFactory {

    private static final Duration LONGEST_IN_ORDER = Duration.ofSeconds(30);

    private final ConsumerFactory consumers;
    private final Function<String, ConsumerConfig.Builder> defaults;
    private final @Nullable String defaultGroup;
    private final boolean autoStartup;
    private final Supplier<ListenerServices> services;

    /** Makes a factory whose listeners have no interceptors, and do not reply. */
    public ListenerContainerFactory(
            ConsumerFactory consumers,
            Function<String, ConsumerConfig.Builder> defaults,
            @Nullable String defaultGroup,
            boolean autoStartup) {
        this(consumers, defaults, defaultGroup, autoStartup, () -> ListenerServices.NONE);
    }

    /**
     * Makes a factory.
     *
     * @param consumers makes the consumers
     * @param defaults makes a configuration with the application's defaults for a group
     * @param defaultGroup the group of a listener that names none, or {@code null} to insist on one
     * @param autoStartup whether listeners start with the context unless they say otherwise
     * @param services what the listeners share; asked for with each listener, when all beans are there
     */
    public ListenerContainerFactory(
            ConsumerFactory consumers,
            Function<String, ConsumerConfig.Builder> defaults,
            @Nullable String defaultGroup,
            boolean autoStartup,
            Supplier<ListenerServices> services) {
        this.consumers = consumers;
        this.defaults = defaults;
        this.defaultGroup = defaultGroup;
        this.autoStartup = autoStartup;
        this.services = services;
    }

    /**
     * A factory like this one, of the same cluster, whose consumers have further settings; attributes of listeners have the last word. As a
     * bean beside the application's own it is declared with {@code @Bean(defaultCandidate = false)}, and listeners ask for it by {@code
     * @MessageListener(containerFactory = "...")}.
     *
     * @param settings changes the defaults of each listener
     */
    public ListenerContainerFactory with(Consumer<ConsumerConfig.Builder> settings) {
        return new ListenerContainerFactory(
                consumers,
                group -> {
                    ConsumerConfig.Builder builder = defaults.apply(group);
                    settings.accept(builder);
                    return builder;
                },
                defaultGroup,
                autoStartup,
                services);
    }

    /** A factory like this one whose listeners have further interceptors, within those of all listeners; used as that of {@link #with}. */
    public ListenerContainerFactory withInterceptors(ListenerInterceptor... further) {
        List<ListenerInterceptor> added = List.of(further);
        return serving(shared -> new ListenerServices(
                shared.scopes(),
                Stream.concat(shared.interceptors().stream(), added.stream()).toList(),
                shared.errorHandler(),
                shared.replies()));
    }

    /** A factory like this one whose listeners have this error handler unless they name one; used as that of {@link #with}. */
    public ListenerContainerFactory withErrorHandler(ListenerErrorHandler errorHandler) {
        return serving(
                shared -> new ListenerServices(shared.scopes(), shared.interceptors(), errorHandler, shared.replies()));
    }

    private ListenerContainerFactory serving(UnaryOperator<ListenerServices> change) {
        return new ListenerContainerFactory(
                consumers, defaults, defaultGroup, autoStartup, () -> change.apply(services.get()));
    }

    /**
     * Makes a container that is not running.
     *
     * @throws IllegalListenerException if the endpoint has no group or a setting that cannot be used, or an interceptor refuses it
     */
    public ListenerContainer create(ListenerEndpoint endpoint) {
        String group = endpoint.group() == null ? defaultGroup : endpoint.group();
        if (group == null) {
            throw new IllegalListenerException(
                    endpoint.source(),
                    "it has no group",
                    "give it one, @MessageListener(group = \"...\"), or set ternmq.consumer.group if it is the only"
                            + " one",
                    null);
        }
        check(endpoint);
        Boolean autoStartup = endpoint.autoStartup();
        ListenerSpec spec = new ListenerSpec(
                endpoint.id(),
                endpoint.subscriptions(),
                endpoint.target(),
                endpoint.settings().retryRules(),
                config(endpoint, group),
                autoStartup == null ? this.autoStartup : autoStartup,
                endpoint.phase());
        ListenerServices listenerServices = services(endpoint);
        endpoint.target()
                .signatures()
                .forEach(signature ->
                        listenerServices.interceptors().forEach(interceptor -> interceptor.check(signature)));
        try {
            return new ListenerContainer(spec, consumers, listenerServices);
        } catch (MQClientException e) {
            throw unusable(endpoint, e);
        }
    }

    private ListenerServices services(ListenerEndpoint endpoint) {
        ListenerServices shared = services.get();
        ListenerErrorHandler own = endpoint.settings().errorHandler();
        ReplySender replies = shared.replies();
        return new ListenerServices(
                shared.scopes(),
                shared.interceptors(),
                own == null ? shared.errorHandler() : own,
                replies == null ? null : replies.with(endpoint.settings().results()));
    }

    private static void check(ListenerEndpoint endpoint) {
        ListenerKind kind = endpoint.target().kind();
        ListenerSettings settings = endpoint.settings();
        refuse(
                kind != ListenerKind.CONCURRENT && settings.consumeMode() == ConsumeMode.POP,
                endpoint,
                "it cannot receive one by one (consumeMode=pop) as well as in order or in batches",
                "leave out one of the two");
        refuse(
                kind == ListenerKind.ORDERED && settings.messageModel() == MessageModel.BROADCASTING,
                endpoint,
                "it cannot receive in order and broadcasting",
                "leave out one of the two");
        refuse(
                kind == ListenerKind.ORDERED
                        && settings.retryRules().stream()
                                .flatMap(rule -> rule.delays().stream())
                                .anyMatch(delay -> delay.compareTo(LONGEST_IN_ORDER) > 0),
                endpoint,
                "it receives in order, where a message holds its queue up for 30 seconds at most, but a @Retry is"
                        + " longer",
                "give delays up to 30s, or leave out ordered");
        refuse(
                kind == ListenerKind.BATCH && settings.results().returnExceptions(),
                endpoint,
                "it receives batches, whose exceptions are no answer to one of their messages (returnExceptions=true)",
                "leave out one of the two");
    }

    private static void refuse(boolean illegal, ListenerEndpoint endpoint, String reason, String remedy) {
        if (illegal) {
            throw new IllegalListenerException(endpoint.source(), reason, remedy, null);
        }
    }

    private ConsumerConfig config(ListenerEndpoint endpoint, String group) {
        try {
            ConsumerConfig.Builder builder = defaults.apply(group);
            endpoint.settings().applyTo(builder);
            return builder.build();
        } catch (MQClientException e) {
            throw unusable(endpoint, e);
        }
    }

    private static IllegalListenerException unusable(ListenerEndpoint endpoint, MQClientException e) {
        return new IllegalListenerException(
                endpoint.source(), String.valueOf(e.getMessage()), "change the annotation's attribute", e);
    }
}
