package io.ternmq.spring.devtools;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.boot.TernMQAutoConfiguration;
import io.ternmq.spring.core.MessageTemplate;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.devtools.autoconfigure.LocalDevToolsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application under development, in a process of its own: DevTools starts it anew whenever its trigger file changes. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    TernMQAutoConfiguration.class,
    LocalDevToolsAutoConfiguration.class
})
public class Bakery {

    /** Baked here. */
    public interface Pastry {

        int crumbs();
    }

    /** The only one. */
    public record Bun(int crumbs) implements Pastry {}

    /**
     * What the process looks like from within.
     *
     * @param start how many times the application has started
     * @param restartable whether its classes are those of a loader of DevTools
     * @param liveLoaders how many loaders of its starts are still there
     * @param threads the names of all threads
     */
    public record Report(int start, boolean restartable, int liveLoaders, List<String> threads) {}

    static class Counter {

        private final int start;
        private final MessageTemplate messages;

        Counter(MessageTemplate messages) {
            this.messages = messages;
            starts().add(new WeakReference<>(getClass().getClassLoader()));
            this.start = starts().size();
        }

        @MessageListener(topics = "orders", group = "bakery")
        void bake(Bun bun) {
            messages.convertAndSend("baked", new Bun(bun.crumbs()));
        }

        /** The header alone tells what to make of it. */
        @MessageListener(topics = "baked", group = "shelf")
        void put(Pastry pastry) {
            boolean own = pastry.getClass() == Bun.class;
            messages.convertAndSend("shelf", pastry.crumbs() + " by start " + start + ", own class: " + own);
        }

        @MessageListener(topics = "questions", group = "inspection")
        Report inspect(String question) {
            System.gc();
            return new Report(
                    start,
                    getClass().getClassLoader() != ClassLoader.getSystemClassLoader(),
                    (int) starts().stream()
                            .filter(loader -> loader.get() != null)
                            .count(),
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .sorted()
                            .toList());
        }
    }

    @Bean
    Counter counter(MessageTemplate messages) {
        return new Counter(messages);
    }

    /** The program. */
    public static void main(String[] args) {
        SpringApplication.run(Bakery.class, args);
    }

    /** Statics of this class are gone with their loader; what is to outlive it has to be the JVM's. */
    @SuppressWarnings("unchecked")
    private static List<WeakReference<ClassLoader>> starts() {
        return (List<WeakReference<ClassLoader>>) System.getProperties()
                .computeIfAbsent(Bakery.class.getName(), name -> Collections.synchronizedList(new ArrayList<>()));
    }
}
