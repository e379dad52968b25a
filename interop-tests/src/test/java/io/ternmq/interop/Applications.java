package io.ternmq.interop;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.TopicSpec;
import io.ternmq.interop.peer.BrokerTarget;
import java.time.Duration;
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
        return withoutLogging(configuration)
                .web(WebApplicationType.NONE)
                .properties(
                        "ternmq.name-server=" + broker.nameServer(),
                        "ternmq.instance-name=" + lab.name("application"),
                        "ternmq.request-timeout=30s",
                        "ternmq.producer.send-timeout=30s",
                        "ternmq.consumer.consume-from=earliest")
                .properties(properties)
                .run();
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
