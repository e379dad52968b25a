package io.ternmq.benchmarks.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application of nothing but what is on the class path, which tells how long it took until it was ready, and ends. */
public final class EmptyApplication {

    /** What the line with the microseconds begins with. */
    static final String TOOK = "TOOK ";

    private EmptyApplication() {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    /** No class of Spring is loaded before the clock is read. */
    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        try (ConfigurableApplicationContext context = SpringApplication.run(Empty.class, arguments)) {
            long micros = (System.nanoTime() - begin) / 1000;
            System.out.println(TOOK + micros + (context.isActive() ? "" : " and it is not ready"));
        }
    }
}
