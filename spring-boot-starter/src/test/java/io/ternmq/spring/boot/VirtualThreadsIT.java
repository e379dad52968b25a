package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.test.EmbeddedBroker;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** On which threads listeners run. */
class VirtualThreadsIT {

    @RegisterExtension
    final EmbeddedBroker broker = new EmbeddedBroker();

    static class Shop {

        final List<Thread> threads = new CopyOnWriteArrayList<>();

        @MessageListener(topics = "orders", group = "shop", consumeFrom = "earliest")
        void listen(String text) {
            threads.add(Thread.currentThread());
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void areVirtualIfTheApplicationsAre() throws Exception {
        Method isVirtual = Thread.class.getMethod("isVirtual");
        for (Thread thread : threads(true)) {
            assertThat(isVirtual.invoke(thread)).isEqualTo(true);
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void arePlatformThreadsOtherwise() throws Exception {
        Method isVirtual = Thread.class.getMethod("isVirtual");
        for (Thread thread : threads(false)) {
            assertThat(isVirtual.invoke(thread)).isEqualTo(false);
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void arePlatformThreadsWhereThereAreNoOthers() {
        assertThat(threads(true)).isNotEmpty();
    }

    private List<Thread> threads(boolean virtual) {
        Shop shop = new Shop();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PropertyPlaceholderAutoConfiguration.class, TernMQAutoConfiguration.class))
                .withBean(Shop.class, () -> shop)
                .withPropertyValues(
                        "ternmq.name-server=" + broker.address(), "spring.threads.virtual.enabled=" + virtual)
                .run(context -> {
                    context.getBean(MessageTemplate.class).convertAndSend("orders", "A1");
                    broker.group("shop").awaitConsumed();
                });
        assertThat(shop.threads).isNotEmpty();
        return shop.threads;
    }
}
