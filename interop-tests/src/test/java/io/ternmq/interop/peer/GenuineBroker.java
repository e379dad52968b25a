package io.ternmq.interop.peer;

import static org.awaitility.Awaitility.await;

import io.ternmq.test.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A genuine Apache RocketMQ 5.5.0 name server and broker, two processes on random ports of the loopback address. (The broker's
 * replication port listens everywhere: it has no setting for that.) Ready for clients when {@link #start} returns.
 */
public final class GenuineBroker implements BrokerTarget {
    private static final String PEER = "server-5.5.0";
    private static final String CLUSTER = "InteropCluster";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int nameServerPort;
    private final ChildJvm nameServer;
    private final ChildJvm broker;

    private GenuineBroker(int nameServerPort, ChildJvm nameServer, ChildJvm broker) {
        this.nameServerPort = nameServerPort;
        this.nameServer = nameServer;
        this.broker = broker;
    }

    /** Starts both below {@code folder}, which must be empty. */
    public static GenuineBroker start(Path folder) {
        return start(folder, LoopbackPorts.find());
    }

    /** As {@link #start(Path)}, with the name server at a port that clients may know already. */
    public static GenuineBroker start(Path folder, int nameServerPort) {
        return start(folder, nameServerPort, "");
    }

    /** As {@link #start(Path)}, but it serves only who signs with these credentials, and creates no topics by itself. */
    public static GenuineBroker startGuarded(Path folder, String accessKey, String secretKey) {
        return start(folder, LoopbackPorts.find(), """
            autoCreateTopicEnable=false
            authenticationEnabled=true
            authenticationProvider=org.apache.rocketmq.auth.authentication.provider.DefaultAuthenticationProvider
            authenticationMetadataProvider=org.apache.rocketmq.auth.authentication.provider.LocalAuthenticationMetadataProvider
            authorizationEnabled=true
            authorizationProvider=org.apache.rocketmq.auth.authorization.provider.DefaultAuthorizationProvider
            authorizationMetadataProvider=org.apache.rocketmq.auth.authorization.provider.LocalAuthorizationMetadataProvider
            initAuthenticationUser={"username":"%1$s","password":"%2$s"}
            innerClientAuthenticationCredentials={"accessKey":"%1$s","secretKey":"%2$s"}
            """.formatted(accessKey, secretKey));
    }

    private static GenuineBroker start(Path folder, int nameServerPort, String moreSettings) {
        Path nameServerHome = folder.resolve("namesrv");
        ChildJvm nameServer = launch(
                nameServerHome,
                "org.apache.rocketmq.namesrv.NamesrvStartup",
                "-Xmx128m",
                nameServerSettings(nameServerHome, nameServerPort));
        // The broker listens on this port, on the one two below and on the one above.
        int brokerPort = LoopbackPorts.find(-2, 1);
        Path brokerHome = folder.resolve("broker");
        ChildJvm broker = launch(
                brokerHome,
                "org.apache.rocketmq.broker.BrokerStartup",
                "-Xmx512m",
                brokerSettings(brokerHome, nameServerPort, brokerPort) + moreSettings);
        GenuineBroker both = new GenuineBroker(nameServerPort, nameServer, broker);
        try {
            await("genuine broker").atMost(PATIENCE).until(both::isReady);
        } catch (RuntimeException failure) {
            both.close();
            throw new IllegalStateException(
                    "the genuine broker is not ready: nameServer=[" + nameServer.describe() + "], broker=["
                            + broker.describe() + "]",
                    failure);
        }
        return both;
    }

    @Override
    public String nameServer() {
        return "127.0.0.1:" + nameServerPort;
    }

    @Override
    public String clusterName() {
        return CLUSTER;
    }

    /** Ends both processes at once, as a crash would. */
    public void kill() {
        broker.kill();
        nameServer.kill();
    }

    /** At once: asked to end, it takes ten seconds to write down what goes with its folder. */
    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return "Apache RocketMQ 5.5.0";
    }

    private boolean isReady() {
        if (!broker.process().isAlive() || !nameServer.process().isAlive()) {
            throw new IllegalStateException("a process of the genuine broker has ended");
        }
        return broker.output().contains("boot success") && RouteProbe.knows(nameServerPort, CLUSTER);
    }

    private static ChildJvm launch(Path home, String mainClass, String heap, String settings) {
        Path file = home.resolve("settings.properties");
        try {
            Files.createDirectories(home.resolve("conf"));
            Files.writeString(file, settings);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<String> options = List.of(
                heap,
                // It takes 4 MiB for each of its threads that stores a message, and has more than a hundred of them.
                "-XX:MaxDirectMemorySize=2g",
                // The share of the disk that others use is no reason to refuse messages here.
                "-Drocketmq.broker.diskSpaceWarningLevelRatio=0.99",
                "-Drocketmq.broker.diskSpaceCleanForciblyRatio=0.98");
        return ChildJvm.start(
                home,
                ChildJvm.Program.ofClass(ClassPaths.of(PEER), mainClass, options, List.of("-c", file.toString())));
    }

    private static String nameServerSettings(Path home, int port) {
        return """
            listenPort=%d
            bindAddress=127.0.0.1
            rocketmqHome=%s
            kvConfigPath=%s/kvConfig.json
            configStorePath=%s/namesrv.properties
            """.formatted(port, home, home, home);
    }

    private static String brokerSettings(Path home, int nameServerPort, int port) {
        return """
            brokerClusterName=%s
            brokerName=interop-broker
            brokerId=0
            namesrvAddr=127.0.0.1:%d
            brokerIP1=127.0.0.1
            brokerIP2=127.0.0.1
            bindAddress=127.0.0.1
            listenPort=%d
            rocketmqHome=%s
            storePathRootDir=%s/store
            storePathCommitLog=%s/store/commitlog
            autoCreateTopicEnable=true
            enablePropertyFilter=true
            autoCreateSubscriptionGroup=true
            flushDiskType=ASYNC_FLUSH
            mappedFileSizeCommitLog=33554432
            mappedFileSizeConsumeQueue=120000
            maxHashSlotNum=10000
            maxIndexNum=40000
            diskMaxUsedSpaceRatio=98
            mappedFileSizeTimerLog=1048576
            brokerFastFailureEnable=false
            messageDelayLevel=1s 3s 1s 1s
            transactionCheckInterval=1000
            transactionTimeOut=1000
            recallMessageEnable=true
            timerPrecisionMs=100
            """.formatted(CLUSTER, nameServerPort, port, home, home, home);
    }
}
