package io.ternmq.stream.config;

import io.ternmq.client.MQClientException;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.client.admin.BrokerInfo;
import io.ternmq.stream.inbound.ConsumerGroups;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** A binder is up if its brokers answer; the details tell what each input binding has to do. */
final class TernMQBinderHealthIndicator extends AbstractHealthIndicator {

    private final AdminClient admin;
    private final ConsumerGroups bindings;

    TernMQBinderHealthIndicator(AdminClient admin, ConsumerGroups bindings) {
        super("the brokers of the binder do not answer");
        this.admin = admin;
        this.bindings = bindings;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws MQClientException {
        builder.withDetail(
                "brokers", admin.brokers().stream().map(BrokerInfo::name).toList());
        Map<String, Set<String>> inputs = bindings.topicsByGroup();
        if (!inputs.isEmpty()) {
            builder.withDetail("groups", inputs);
        }
        builder.up();
    }
}
