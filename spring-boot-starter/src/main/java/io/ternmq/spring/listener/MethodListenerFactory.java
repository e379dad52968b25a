package io.ternmq.spring.listener;

import io.ternmq.spring.support.MessageMapper;
import io.ternmq.spring.support.PayloadTypes;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.validation.Validator;

/**
 * Makes listeners that call methods of beans. Arguments are those of spring-messaging, and the client's own message and
 * context. Immutable.
 */
public final class MethodListenerFactory {

    private final HandlerMethodArgumentResolverComposite single;
    private final HandlerMethodArgumentResolverComposite batch;
    private final SmartMessageConverter converter;
    private final ResultDestinations destinations;
    private final @Nullable Validator validator;
    private final PayloadTypes types;
    private final SignatureCheck signatures;

    public MethodListenerFactory(MessageMapper mapper, BeanFactory beanFactory) {
        this(mapper, beanFactory, null, PayloadTypes.NONE, List.of());
    }

    /**
     * Makes a factory.
     *
     * @param validator checks payloads that are marked with {@code @Valid} or {@code @Validated}
     * @param types how messages say of which type their payloads are, for listeners of several methods
     * @param resolvers for parameters of the application's own
     */
    public MethodListenerFactory(
            MessageMapper mapper,
            BeanFactory beanFactory,
            @Nullable Validator validator,
            PayloadTypes types,
            List<HandlerMethodArgumentResolver> resolvers) {
        this.converter = (SmartMessageConverter) mapper.converter();
        this.validator = validator;
        this.types = types;
        this.signatures = new SignatureCheck(resolvers);
        UnaryOperator<String> embeddedValues = embeddedValues(beanFactory);
        this.destinations = new ResultDestinations(beanFactory, embeddedValues);
        this.single =
                new Resolvers().make(mapper, beanFactory, validator, List.of(), behind(resolvers, Arguments.single()));
        this.batch = new Resolvers()
                .make(
                        mapper,
                        beanFactory,
                        validator,
                        List.of(new BatchHeaders(embeddedValues)),
                        behind(resolvers, Arguments.batch()));
    }

    private static List<HandlerMethodArgumentResolver> behind(
            List<HandlerMethodArgumentResolver> first, List<HandlerMethodArgumentResolver> then) {
        return Stream.concat(first.stream().map(ApplicationArgument::new), then.stream())
                .toList();
    }

    /** Makes a listener that is called for each message, as {@link #create(Object, Method, ListenerKind)} does. */
    public ListenerTarget create(Object bean, Method method) {
        return create(bean, method, ListenerKind.CONCURRENT);
    }

    /**
     * Makes a listener.
     *
     * @param method a method that can be called on {@code bean}, also if that is a proxy
     * @throws IllegalListenerException if its parameters or return type make no sense for a listener of this kind
     */
    public ListenerTarget create(Object bean, Method method, ListenerKind kind) {
        Callee callee = callee(bean, method, kind);
        return new ListenerTarget(kind, List.of(callee.method()), message -> callee);
    }

    /**
     * Makes a listener of several methods, of which each message goes to the one that suits it best: by tag and topic, and of several for the same
     * by the type of the payload.
     *
     * @throws IllegalListenerException if two of them want the same messages, or one makes no sense for a listener
     */
    public ListenerTarget create(Object bean, List<TagMethod> methods, ListenerKind kind) {
        List<Dispatch.Candidate> candidates = methods.stream()
                .map(method -> new Dispatch.Candidate(
                        method, signatures.payloadType(method.method()), callee(bean, method.method(), kind)))
                .toList();
        return new ListenerTarget(
                kind,
                candidates.stream()
                        .map(candidate -> candidate.callee().method())
                        .toList(),
                new Dispatch(candidates, types)::choose);
    }

    private Callee callee(Object bean, Method method, ListenerKind kind) {
        signatures.check(method, kind);
        boolean several = kind == ListenerKind.BATCH;
        ListenerMethod invocable = new ListenerMethod(bean, method, several ? batch : single);
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        // The class's own method and its annotations, also if the bean's proxy knows its interface alone.
        Method declared = AopUtils.getMostSpecificMethod(method, type);
        return new MethodListener(
                invocable,
                declared,
                several ? new BatchPayload(signatures.batchParameter(invocable), converter, validator) : null,
                destinations.of(declared, type, several));
    }

    /** Replaces placeholders and expressions; what they stand for may be nothing. */
    private static UnaryOperator<String> embeddedValues(BeanFactory beanFactory) {
        if (!(beanFactory instanceof ConfigurableBeanFactory configurable)) {
            return UnaryOperator.identity();
        }
        EmbeddedValueResolver resolver = new EmbeddedValueResolver(configurable);
        return text -> Objects.requireNonNullElse(resolver.resolveStringValue(text), "");
    }

    /** Opens what Spring's factory keeps to itself: the resolvers, so that methods of our own can use them. */
    private static final class Resolvers extends DefaultMessageHandlerMethodFactory {

        HandlerMethodArgumentResolverComposite make(
                MessageMapper mapper,
                BeanFactory beanFactory,
                @Nullable Validator validator,
                List<HandlerMethodArgumentResolver> first,
                List<HandlerMethodArgumentResolver> own) {
            setMessageConverter(mapper.converter());
            setBeanFactory(beanFactory);
            setCustomArgumentResolvers(own);
            if (validator != null) {
                setValidator(validator);
            }
            afterPropertiesSet();
            List<HandlerMethodArgumentResolver> all = initArgumentResolvers();
            HandlerMethodArgumentResolverComposite composite = new HandlerMethodArgumentResolverComposite();
            composite.addResolvers(first);
            all.stream()
                    .filter(HeaderMethodArgumentResolver.class::isInstance)
                    .forEach(headers -> composite.addResolver(new OptionalHeader(headers)));
            composite.addResolvers(all);
            return composite;
        }
    }
}
