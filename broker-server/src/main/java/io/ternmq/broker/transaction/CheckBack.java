package io.ternmq.broker.transaction;

import io.netty.buffer.Unpooled;
import io.ternmq.broker.base.Agent;
import io.ternmq.broker.base.AgentRunner;
import io.ternmq.broker.base.Clock;
import io.ternmq.broker.base.Running;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.broker.group.Member;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.header.CheckTransactionHeader;
import io.ternmq.protocol.message.MessageProperties;
import io.ternmq.protocol.message.OffsetMessageId;
import io.ternmq.protocol.message.PropertyNames;
import io.ternmq.protocol.message.StoredMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks producers about half messages that have waited long enough: one producer of the group for each check, in turn. A check that
 * nobody can be asked is put off and not counted. Runs on the thread {@code ternmq-transaction-check}.
 */
public final class CheckBack implements Agent, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckBack.class);
    /** So many checks are made before others may have the processor. */
    private static final int BATCH = 256;
    /** The clock is looked at this often while something waits, for it may be set. */
    private static final long LONGEST_SLEEP_MILLIS = 250;

    private final HalfMessages halves;
    private final HalfTable table;
    private final Transactions transactions;
    private final MessageStore store;
    private final Producers producers;
    private final String brokerName;
    private final Clock clock;
    private volatile @Nullable Running running;
    /** What the agent sleeps until, unless it is woken; epoch milliseconds. */
    private volatile long plannedFor = Long.MAX_VALUE;
    /** Counts checks, so that the producers of a group are asked in turn. */
    private int turn;

    private int opaque;

    /** Wires it. Nobody is asked before {@link #start}. */
    public CheckBack(
            HalfMessages halves,
            Transactions transactions,
            MessageStore store,
            Producers producers,
            String brokerName,
            Clock clock) {
        this.halves = halves;
        this.table = halves.table();
        this.transactions = transactions;
        this.store = store;
        this.producers = producers;
        this.brokerName = brokerName;
        this.clock = clock;
    }

    /** Starts asking. */
    public void start() {
        Running agent = AgentRunner.start(this);
        running = agent;
        halves.onPlanned(() -> wakeIfFirst(agent));
    }

    @Override
    public String name() {
        return "ternmq-transaction-check";
    }

    @Override
    public long work() {
        long interval = halves.config().checkInterval().toMillis();
        for (int i = 0; i < BATCH; i++) {
            Half half = table.takeDue(clock.millis(), interval);
            if (half == null) {
                return untilNext();
            }
            check(half);
        }
        return 0;
    }

    /** Lets the checks of all half messages that are there come earlier; who is due then is asked now. */
    public void advance(Duration time) {
        table.bringForward(time.toMillis());
        Running agent = running;
        if (agent != null) {
            agent.wake();
        }
    }

    private long untilNext() {
        // What is planned while this looks must wake the agent.
        plannedFor = Long.MAX_VALUE;
        long next = table.nextDue();
        plannedFor = next;
        return next == Long.MAX_VALUE
                ? TimeUnit.MINUTES.toNanos(1)
                : TimeUnit.MILLISECONDS.toNanos(Math.max(1, Math.min(next - clock.millis(), LONGEST_SLEEP_MILLIS)));
    }

    /** Waking for each half message would cost more than the checks. */
    private void wakeIfFirst(Running agent) {
        long next = table.nextDue();
        if (next < plannedFor) {
            plannedFor = next;
            agent.wake();
        }
    }

    private void check(Half half) {
        ProducerGroup group = half.group;
        if (group == null) {
            return;
        }
        int most = halves.config().maxChecks();
        if (most > 0 && half.checks >= most) {
            LOG.warn(
                    "half message is given up, no producer knows what became of its transaction: group={},"
                            + " commitLogOffset={}, checks={}; it can be read in TRANS_CHECK_MAX_TIME_TOPIC",
                    group.name,
                    half.logOffset,
                    half.checks);
            transactions.giveUp(half);
            return;
        }
        ClientConnection producer = nextProducer(group);
        if (producer == null) {
            return;
        }
        try {
            StoredMessage record = HalfRecords.read(store, half.logOffset);
            ask(producer, half, HalfRecords.question(record, half.checks + 1));
            table.checked(half);
        } catch (CommandException e) {
            LOG.error("half message cannot be checked, trying again: group={}, reason={}", group.name, e.remark());
        }
    }

    /** The next one of the group that is there and reads what it is sent. */
    private @Nullable ClientConnection nextProducer(ProducerGroup group) {
        List<ClientConnection> online = producers.members(group.name).stream()
                .map(Member::connection)
                .filter(connection -> connection.isOpen() && connection.isWritable())
                .toList();
        if (online.isEmpty()) {
            if (!group.reportedOffline) {
                group.reportedOffline = true;
                LOG.warn(
                        "no producer of a group is online that could say what became of its transactions: group={},"
                                + " halfMessages={}; start one, the half messages wait",
                        group.name,
                        group.halves);
            }
            return null;
        }
        group.reportedOffline = false;
        return online.get(Math.floorMod(turn++, online.size()));
    }

    private void ask(ClientConnection producer, Half half, StoredMessage question) {
        String id = MessageProperties.get(question.properties(), PropertyNames.UNIQ_KEY);
        ByteBuffer body = ByteBuffer.allocate(question.encodedSize());
        question.writeTo(body);
        CheckTransactionHeader header = new CheckTransactionHeader(
                half.queueOffset,
                half.logOffset,
                id,
                id,
                new OffsetMessageId(question.storeHost(), half.logOffset).toString(),
                question.topic(),
                brokerName);
        producer.push(Command.oneway(
                RequestCode.CHECK_TRANSACTION_STATE,
                ++opaque,
                header.encode(),
                Unpooled.wrappedBuffer(body.flip()),
                HeaderFormat.JSON));
    }

    /** Stops asking. */
    @Override
    public void close() {
        Running agent = running;
        running = null;
        if (agent != null) {
            agent.close();
        }
    }
}
