package io.ternmq.interop;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import java.time.Duration;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications of Spring Boot in this process, which meet a broker as a user's would: by its address, and by nothing else. */
final class Applications {
    private Applications() {}

    /** Starts one without a web server. Later properties win over earlier ones and over those that are set here. */
    static ConfigurableApplicationContext start(
            InteropLab lab, BrokerTarget broker, Class<?> configuration, String... properties) {
        return onBroker(lab, broker.nameServer(), configuration)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .run();
    }

    /** As {@link #start}, with a web server on a port of the loopback address. */
    static ConfigurableApplicationContext startWithWeb(
            InteropLab lab, BrokerTarget broker, Class<?> configuration, String... properties) {
        if (!SLF4JBridgeHandler.isInstalled()) {
            // The web server's own logging, which would go to the console.
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        return onBroker(lab, broker.nameServer(), configuration)
                .web(WebApplicationType.SERVLET)
                .properties("server.port=0", "server.address=127.0.0.1")
                .properties(properties)
                .run();
    }

    /** Begins one that is told the address of a name server, whether there is one or not. */
    static SpringApplicationBuilder onBroker(InteropLab lab, String nameServer, Class<?> configuration) {
        return withoutLogging(configuration)
                .properties(
                        "ternmq.name-server=" + nameServer,
                        "ternmq.instance-name=" + lab.name("application"),
                        "ternmq.request-timeout=30s",
                        "ternmq.producer.send-timeout=30s",
                        "ternmq.consumer.consume-from=earliest");
    }

    /** Begins one that leaves logging alone: that belongs to the whole process, where other tests run at the same time. */
    static SpringApplicationBuilder withoutLogging(Class<?> configuration) {
        SpringApplicationBuilder builder = new SpringApplicationBuilder(configuration);
        builder.application()
                .setListeners(builder.application().getListeners().stream()
                        .filter(listener -> !(listener instanceof LoggingApplicationListener))
                        .toList());
        return builder.properties("spring.main.banner-mode=off");
    }

    /** Connects an operator to a broker. The caller closes it. */
    static AdminClient admin(InteropLab lab, BrokerTarget broker) {
        return AdminClient.create(ClientConfig.builder(broker.nameServer())
                .instanceName(lab.name("operator"))
                .requestTimeout(Duration.ofSeconds(30))
                .build());
    }

    /** Creates topics before anybody subscribes to them, so that no listener has to wait until it hears of them. */
    static void createTopics(InteropLab lab, BrokerTarget broker, int queues, String prefix, String... names) {
        try (AdminClient admin = admin(lab, broker)) {
            for (String name : names) {
                admin.createTopic(TopicSpec.of(prefix + name, queues));
            }
        }
    }
}
