package io.ternmq.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ternmq.client.MQClientException;
import io.ternmq.client.Message;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.spring.FakeProducer;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProducerBeanTest {

    private final FakeProducer producer = new FakeProducer();
    private final AtomicReference<Properties> used = new AtomicReference<>();
    private final ProducerBean bean = new ProducerBean(properties -> {
        used.set(properties);
        return producer;
    });

    @Test
    void makesAndStartsProducerOfItsProperties() {
        bean.setProperties(properties(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:1"));

        bean.start();
        bean.send(new Message("orders", "create", new byte[1]));

        assertThat(bean.isStarted()).isTrue();
        assertThat(used.get()).containsEntry(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:1");
        assertThat(producer.sent()).hasSize(1);
    }

    @Test
    void usesDefaultNameServerWhenPropertiesNameNone() {
        bean.setProperties(properties(PropertyKeyConst.ProducerId, "PID_DEMO"));
        bean.setDefaultNameServer("127.0.0.1:2");

        bean.start();

        assertThat(used.get()).containsEntry(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:2");
    }

    @Test
    void prefersTheAddressItWasGivenUnderItsOlderName() {
        bean.setProperties(properties("onsaddr", "127.0.0.1:1"));
        bean.setDefaultNameServer("127.0.0.1:2");

        bean.start();

        assertThat(used.get()).doesNotContainKey(PropertyKeyConst.NAMESRV_ADDR);
    }

    @Test
    void saysHowToStartItWhenUsedBefore() {
        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(() -> bean.send(new Message("orders", "create", new byte[1])))
                .withMessageContaining("init-method=\"start\"");
    }

    @Test
    void saysThatItNeedsProperties() {
        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(bean::start)
                .withMessageContaining(PropertyKeyConst.GROUP_ID);
    }

    @Test
    void shutsItsProducerDown() {
        bean.setProperties(properties(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:1"));
        bean.start();

        bean.shutdown();

        assertThat(producer.isClosed()).isTrue();
        assertThat(bean.isClosed()).isTrue();
    }

    private static Properties properties(String key, String value) {
        Properties properties = new Properties();
        properties.setProperty(key, value);
        return properties;
    }
}
