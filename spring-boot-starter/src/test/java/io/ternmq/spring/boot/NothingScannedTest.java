package io.ternmq.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.config.ListenerRegistry;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

/** Listeners are found among the beans: no package is looked through for them, beyond what an application tells Spring to scan. */
class NothingScannedTest {

    @Configuration(proxyBeanMethods = false)
    static class Shop {

        @Bean
        Parcels parcels() {
            return new Parcels();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ComponentScan(basePackages = "io.ternmq.spring.boot.nothing")
    static class ScannedShop extends Shop {}

    static class Parcels {

        @MessageListener(id = "parcels", topics = "parcels", group = "parcels", autoStartup = "false")
        void take(String parcel) {}
    }

    /** Whoever looks through a package asks the class path for its directories first. */
    private static final class ListedPackages extends ClassLoader {
        private final Queue<String> names = new ConcurrentLinkedQueue<>();

        ListedPackages(ClassLoader parent) {
            super(parent);
        }

        @Override
        public URL getResource(String name) {
            remember(name);
            return super.getResource(name);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            remember(name);
            return super.getResources(name);
        }

        private void remember(String name) {
            if (name.isEmpty() || name.endsWith("/")) {
                names.add(name);
            }
        }
    }

    @Test
    void findsListenersWithoutLookingThroughPackages() {
        assertThat(packagesListedBy(Shop.class)).isEmpty();
    }

    @Test
    void wouldSeeAScan() {
        assertThat(packagesListedBy(ScannedShop.class)).containsExactly("io/ternmq/spring/boot/nothing/");
    }

    private static Queue<String> packagesListedBy(Class<?> application) {
        ListedPackages loader = new ListedPackages(NothingScannedTest.class.getClassLoader());
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.setClassLoader(loader);
            context.register(application);
            for (String name : ImportCandidates.load(AutoConfiguration.class, loader)) {
                if (name.startsWith("io.ternmq.")) {
                    context.register(ClassUtils.resolveClassName(name, loader));
                }
            }
            context.refresh();
            assertThat(context.getBean(ListenerRegistry.class).containers()).hasSize(1);
            return loader.names;
        }
    }
}
