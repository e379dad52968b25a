package io.ternmq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

    @Test
    void readsTheDocumentedProperties() {
        Properties properties = properties();
        properties.put(PropertyKeyConst.ConsumerId, "CID_A");
        properties.put(PropertyKeyConst.AccessKey, "AK");
        properties.put(PropertyKeyConst.SecretKey, "SK");
        properties.put(PropertyKeyConst.ConsumeThreadNums, 7);
        properties.put("MaxReconsumeTimes", "3");
        properties.put(PropertyKeyConst.ConsumeTimeout, "2");
        properties.put(PropertyKeyConst.MessageModel, "broadcasting");
        properties.put(PropertyKeyConst.MaxCachedMessageAmount, "200");
        properties.put(PropertyKeyConst.MaxCachedMessageSizeInMiB, "16");
        properties.put(PropertyKeyConst.SendMsgTimeoutMillis, "500");

        ConsumerConfig config = ConsumerConfig.of(properties);

        assertThat(config.groupId()).isEqualTo("CID_A");
        assertThat(config.client().nameServers()).isEqualTo(List.of("127.0.0.1:9876", "127.0.0.2:9876"));
        assertThat(config.client().credentials()).isEqualTo(new Credentials("AK", "SK"));
        assertThat(config.consumeThreads()).isEqualTo(7);
        assertThat(config.maxReconsumeTimes()).isEqualTo(3);
        assertThat(config.consumeTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.messageModel()).isEqualTo(MessageModel.BROADCASTING);
        assertThat(config.maxCachedMessages()).isEqualTo(200);
        assertThat(config.maxCachedBytes()).isEqualTo(16L * 1024 * 1024);
    }

    @Test
    void prefersTheGroupIdAndDropsTheSchemeOfAnAddress() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.ONSAddr, "http://10.0.0.1:9876");
        properties.put(PropertyKeyConst.GROUP_ID, "GID_A");
        properties.put(PropertyKeyConst.ProducerId, "PID_A");
        properties.put(PropertyKeyConst.SendMsgTimeoutMillis, "500");

        ProducerConfig config = ProducerConfig.of(properties);

        assertThat(config.groupId()).isEqualTo("GID_A");
        assertThat(config.client().nameServers()).containsExactly("10.0.0.1:9876");
        assertThat(config.sendTimeout()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void hasTheDocumentedDefaults() {
        ConsumerConfig config =
                ConsumerConfig.builder(ClientConfig.of("127.0.0.1:1"), "g").build();

        assertThat(config.maxCachedMessages()).isEqualTo(5000);
        assertThat(config.maxCachedBytes()).isEqualTo(512L * 1024 * 1024);
        assertThat(config.maxReconsumeTimes()).isEqualTo(ConsumerConfig.BY_KIND);
        assertThat(config.suspendTime()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.consumeBatchSize()).isEqualTo(32);
        assertThat(config.allocation()).isEqualTo(AllocationStrategy.AVG);
        assertThat(config.consumeTimeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.messageModel()).isEqualTo(MessageModel.CLUSTERING);
    }

    @Test
    void saysThatNoNameServerIsGiven() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.GROUP_ID, "g");

        assertThatThrownBy(() -> MQFactory.createProducer(properties))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("no name server is given")
                .hasMessageContaining("NAMESRV_ADDR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1:", "127.0.0.1:99999", ":9876", "http://a:8080/rocketmq/nsaddr"})
    void refusesAddressesThatCannotBe(String address) {
        assertThatThrownBy(() -> ClientConfig.of(address))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("host:port");
    }

    @ParameterizedTest
    @CsvSource({
        "ConsumeThreadNums, 0, between 1 and 1000",
        "ConsumeThreadNums, many, whole number",
        "MessageModel, EVERYONE, CLUSTERING or BROADCASTING",
        "maxCachedMessageAmount, 99, between 100 and 50000",
        "maxCachedMessageSizeInMiB, 15, between 16 and 2048",
        "consumeTimeout, 0, between 1",
        "ConsumerId, a b, letters"
    })
    void namesKeyAndValueAndWhatIsAllowed(String key, String value, String allowed) {
        Properties properties = properties();
        properties.put(PropertyKeyConst.ConsumerId, "g");
        properties.put(key, value);

        assertThatThrownBy(() -> MQFactory.createConsumer(properties))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("=" + value)
                .hasMessageContaining(allowed);
    }

    @Test
    void refusesUnknownKeys() {
        Properties properties = properties();
        properties.put("ConsumeThreadNum", "5");

        assertThatThrownBy(() -> ConsumerConfig.of(properties))
                .hasMessageContaining("unknown property: ConsumeThreadNum=5")
                .hasMessageContaining("ConsumeThreadNums");
    }

    @Test
    void refusesHalfOfTheCredentials() {
        Properties properties = properties();
        properties.put(PropertyKeyConst.AccessKey, "AK");

        assertThatThrownBy(() -> ClientConfig.of(properties)).hasMessageContaining("SecretKey is empty");
    }

    @Test
    void keepsTheSecretToItself() {
        assertThat(new Credentials("AK", "SECRET").toString()).doesNotContain("SECRET");
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:9876; 127.0.0.2:9876");
        return properties;
    }

    @Test
    void readsHowMessagesComeAndAreSharedOut() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:9876");
        properties.put(PropertyKeyConst.GROUP_ID, "g");
        properties.put(PropertyKeyConst.ConsumeMode, "pop");
        properties.put(PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME, "AVG_BY_CIRCLE");
        properties.put(PropertyKeyConst.SuspendTimeMillis, "30000");
        properties.put(PropertyKeyConst.ConsumeMessageBatchMaxSize, 1024);

        ConsumerConfig config = ConsumerConfig.of(properties);

        assertThat(config.consumeMode()).isEqualTo(ConsumeMode.POP);
        assertThat(config.allocation()).isEqualTo(AllocationStrategy.AVG_BY_CIRCLE);
        assertThat(config.suspendTime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.consumeBatchSize()).isEqualTo(1024);
        properties.put(PropertyKeyConst.ALLOCATE_MESSAGE_QUEUE_STRATEGY_NAME, "FAIR");
        assertThatThrownBy(() -> ConsumerConfig.of(properties))
                .hasMessageContaining("=FAIR; it must be one of [AVG, AVG_BY_CIRCLE, CONSISTENT_HASH]");
    }

    @Test
    void readsWhatHappensWhenTheClusterIsAway() {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:9876");
        properties.put(PropertyKeyConst.GROUP_ID, "g");
        properties.put(PropertyKeyConst.StartPolicy, "wait");
        properties.put(PropertyKeyConst.StartTimeoutMillis, 1500);

        ClientConfig config = ProducerConfig.of(properties).client();

        assertThat(config.startPolicy()).isEqualTo(StartPolicy.WAIT);
        assertThat(config.startTimeout()).isEqualTo(Duration.ofMillis(1500));
        properties.put(PropertyKeyConst.StartPolicy, "perhaps");
        assertThatThrownBy(() -> ProducerConfig.of(properties))
                .hasMessage("illegal value: startPolicy=perhaps; it must be one of [FAIL, WAIT, BACKGROUND]");
    }

    @ParameterizedTest
    @CsvSource({
        "ConsumeThreadNums, 0, 1 and 1000",
        "ConsumeThreadNums, 1001, 1 and 1000",
        "maxCachedMessageAmount, 99, 100 and 50000",
        "maxCachedMessageAmount, 50001, 100 and 50000",
        "maxCachedMessageSizeInMiB, 15, 16 and 2048",
        "maxCachedMessageSizeInMiB, 2049, 16 and 2048",
        "consumeTimeout, 0, 1 and 100000",
        "suspendTimeMillis, 9, 10 and 30000",
        "suspendTimeMillis, 30001, 10 and 30000",
        "consumeMessageBatchMaxSize, 0, 1 and 1024"
    })
    void refusesWhatIsOutOfRangeByNameAndRange(String key, String value, String range) {
        Properties properties = new Properties();
        properties.put(PropertyKeyConst.NAMESRV_ADDR, "127.0.0.1:9876");
        properties.put(PropertyKeyConst.GROUP_ID, "g");
        properties.put(key, value);

        assertThatThrownBy(() -> ConsumerConfig.of(properties))
                .hasMessage("illegal value: " + key + "=" + value + "; it must be between " + range);
    }
}
