package io.ternmq.spring.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Action;
import io.ternmq.client.ExpressionType;
import io.ternmq.client.MQClientException;
import io.ternmq.client.MessageListener;
import io.ternmq.client.MessageSelector;
import io.ternmq.client.PropertyKeyConst;
import io.ternmq.spring.FakeConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class ConsumerBeanTest {

    private static final MessageListener LISTENER = (message, context) -> Action.CommitMessage;

    private final List<FakeConsumer> made = new ArrayList<>();
    private final ConsumerBean bean = new ConsumerBean(properties -> {
        made.add(new FakeConsumer("CID_DEMO"));
        return made.get(made.size() - 1);
    });

    @BeforeEach
    void setProperties() {
        bean.setProperties(new Properties());
    }

    @Test
    void subscribesToItsTableBeforeItStarts() {
        bean.setSubscriptionTable(Map.of(new Subscription("orders", "create||pay"), LISTENER));

        bean.start();

        assertThat(made).hasSize(1);
        assertThat(made.get(0).expressions()).containsExactly(Map.entry("orders", "create||pay"));
        assertThat(bean.isStarted()).isTrue();
    }

    @Test
    void subscribesByConditionsToo() {
        Subscription subscription = new Subscription("orders", "price > 10");
        subscription.setType(ExpressionType.SQL92);
        bean.setSubscriptionTable(Map.of(subscription, LISTENER));

        bean.start();
        bean.subscribe("refunds", MessageSelector.bySql("price < 5"), LISTENER);

        assertThat(made.get(0).expressions())
                .containsOnly(Map.entry("orders", "SQL92 price > 10"), Map.entry("refunds", "SQL92 price < 5"));
    }

    @Test
    void startsOnceWhateverTheNumberOfCalls() {
        bean.setSubscriptionTable(Map.of(new Subscription("orders", "*"), LISTENER));

        bean.start();
        bean.start();

        assertThat(made).hasSize(1);
    }

    @Test
    void comesBackWhenTheContextStartsAgain() {
        bean.setSubscriptionTable(Map.of(new Subscription("orders", "*"), LISTENER));
        bean.start();

        bean.stop();
        assertThat(bean.isRunning()).isFalse();
        bean.start();

        assertThat(made).hasSize(2);
        assertThat(made.get(0).isClosed()).isTrue();
        assertThat(made.get(1).isStarted()).isTrue();
    }

    @Test
    void doesNotStartAgainAfterShutdown() {
        bean.setSubscriptionTable(Map.of(new Subscription("orders", "*"), LISTENER));
        bean.start();

        bean.shutdown();

        assertThat(bean.isClosed()).isTrue();
        assertThat(made.get(0).isClosed()).isTrue();
        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(bean::start)
                .withMessageContaining("create a new one");
    }

    @Test
    void refusesTwoSubscriptionsToOneTopic() {
        bean.setSubscriptionTable(
                Map.of(new Subscription("orders", "create"), LISTENER, new Subscription("orders", "pay"), LISTENER));

        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(bean::start)
                .withMessageContaining("topic=orders");
        assertThat(made).isEmpty();
    }

    @Test
    void refusesToStartWithoutSubscription() {
        assertThatExceptionOfType(MQClientException.class)
                .isThrownBy(bean::start)
                .withMessageContaining("subscriptionTable");
    }

    @Test
    void leavesItsGroupToOthersWhenItCannotShutDown() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        ConsumerBean first = member(beans, new FakeConsumer("CID_DEMO", ConsumerBeanTest::interrupted));
        ConsumerBean second = member(beans, new FakeConsumer("CID_DEMO"));
        first.start();

        assertThatIllegalStateException().isThrownBy(first::stop).withMessage("interrupted");

        second.start();
        assertThat(second.isStarted()).isTrue();
    }

    @Test
    void tellsWhyItCannotStartAndLeavesItsGroupWhenItCannotShutDownEither() {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        MQClientException refusal = new MQClientException("nobody at 127.0.0.1:9876");
        ConsumerBean first =
                member(beans, new FakeConsumer("CID_DEMO", ConsumerBeanTest::interrupted).refusing(refusal));
        ConsumerBean second = member(beans, new FakeConsumer("CID_DEMO"));

        assertThatThrownBy(first::start)
                .isSameAs(refusal)
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .singleElement()
                        .extracting(Throwable::getMessage)
                        .isEqualTo("interrupted"));

        second.start();
        assertThat(second.isStarted()).isTrue();
    }

    private static void interrupted() {
        throw new IllegalStateException("interrupted");
    }

    private static ConsumerBean member(DefaultListableBeanFactory beans, FakeConsumer consumer) {
        Properties properties = new Properties();
        properties.setProperty(PropertyKeyConst.GROUP_ID, "CID_DEMO");
        properties.setProperty(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:9876");
        ConsumerBean member = new ConsumerBean(complete -> consumer);
        member.setBeanFactory(beans);
        member.setProperties(properties);
        member.setSubscriptionTable(Map.of(new Subscription("orders", "*"), LISTENER));
        return member;
    }

    @Test
    void subscribesWhileRunningAndKeepsItAcrossRestart() {
        bean.setSubscriptionTable(Map.of(new Subscription("orders", "*"), LISTENER));
        bean.start();

        bean.subscribe("payments", "*", LISTENER);
        assertThat(made.get(0).expressions()).containsKey("payments");
        bean.stop();
        bean.start();

        assertThat(made.get(1).expressions()).containsKeys("orders", "payments");
    }
}
