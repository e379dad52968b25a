package io.ternmq.stream;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.admin.AdminClient;
import io.ternmq.spring.support.MessageMapper;
import io.ternmq.stream.headers.DefaultHeaderMapper;
import io.ternmq.stream.inbound.ConsumerGroups;
import io.ternmq.stream.properties.TernMQBinderProperties;
import io.ternmq.stream.properties.TernMQConsumerProperties;
import io.ternmq.stream.properties.TernMQExtendedBindingProperties;
import io.ternmq.stream.properties.TernMQProducerProperties;
import io.ternmq.stream.provisioning.TopicProvisioner;
import java.util.List;
import org.springframework.cloud.stream.binder.AbstractTestBinder;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** The binder as the compatibility suite wants it. */
final class TestBinder
        extends AbstractTestBinder<
                TernMQMessageChannelBinder,
                ExtendedConsumerProperties<TernMQConsumerProperties>,
                ExtendedProducerProperties<TernMQProducerProperties>> {

    private final AdminClient admin;

    TestBinder(ClientConfig client, GenericApplicationContext context) {
        JsonMapper json = JsonMapper.builder().findAndAddModules().build();
        this.admin = AdminClient.create(client);
        TopicProvisioner provisioner = new TopicProvisioner(admin, TernMQBinderProperties.defaults());
        TernMQMessageChannelBinder binder = new TernMQMessageChannelBinder(
                client,
                provisioner,
                new ConsumerGroups(client, provisioner, ConsumerGroups.Watcher.NOBODY),
                new TernMQExtendedBindingProperties(),
                new DefaultHeaderMapper(List.of(), json),
                MessageMapper.json(json),
                false,
                false);
        binder.setApplicationContext(context);
        setBinder(binder);
    }

    @Override
    public void cleanup() {
        getBinder().destroy();
        admin.close();
    }
}
