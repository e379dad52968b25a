package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ternmq.client.ConsumeOutcome;
import io.ternmq.client.Message;
import io.ternmq.spring.listener.ListenerErrorHandler;
import io.ternmq.spring.listener.ListenerFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Which error handler is that of listeners that name none. */
class ErrorHandlersTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ErrorHandlers.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final ErrorHandlers handlers = new ErrorHandlers(beans);

    @BeforeEach
    void listen() {
        appender.list = new CopyOnWriteArrayList<>();
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(appender);
    }

    private RootBeanDefinition define(String name) {
        RootBeanDefinition definition = (RootBeanDefinition) BeanDefinitionBuilder.rootBeanDefinition(
                        ListenerErrorHandler.class, () -> failure -> ConsumeOutcome.deadLetter(name))
                .getBeanDefinition();
        beans.registerBeanDefinition(name, definition);
        return definition;
    }

    private List<String> lines() {
        return appender.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("ofThisTest"))
                .toList();
    }

    private void assertUsual(ConsumeOutcome expected) {
        ListenerFailure failure = new ListenerFailure(
                "listener", "group", new Message("topic", "", new byte[] {1}), new IllegalStateException(), false);
        assertThat(handlers.usual().handle(failure)).isEqualTo(expected);
    }

    @Test
    void isTheOnlyOne() {
        define("ofThisTest");

        assertUsual(ConsumeOutcome.deadLetter("ofThisTest"));
        assertThat(lines()).isEmpty();
    }

    @Test
    void isThePrimaryOne() {
        define("ofThisTest").setPrimary(true);
        define("otherOfThisTest");

        assertUsual(ConsumeOutcome.deadLetter("ofThisTest"));
        assertThat(lines()).isEmpty();
    }

    @Test
    void isNoneOfSeveralWhichIsSaidOnce() {
        define("ofThisTest");
        define("other");

        assertThat(handlers.usual()).isNotNull();
        handlers.usual();

        assertThat(lines())
                .singleElement()
                .asString()
                .contains("beans=[ofThisTest, other]", "@Primary", "defaultCandidate = false");
    }

    @Test
    void isNoneOfThoseForSingleListeners() {
        define("ofThisTest").setDefaultCandidate(false);
        define("other").setDefaultCandidate(false);

        handlers.usual();

        assertThat(lines()).isEmpty();
    }
}
