package io.ternmq.samples.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ternmq.client.Message;
import io.ternmq.client.TransactionStatus;
import io.ternmq.spring.core.MessageTemplate;
import io.ternmq.spring.transaction.JdbcTransactionRecords;
import io.ternmq.spring.transaction.TransactionMessageTemplate;
import io.ternmq.test.ConsumerGroup;
import io.ternmq.test.EmbeddedBroker;
import io.ternmq.test.PublishedMessage;
import io.ternmq.test.PublishedMessages;
import io.ternmq.test.spring.EmbeddedTernMQ;
import jakarta.persistence.EntityManagerFactory;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;

/** What Hibernate writes, what is published and what is recorded stay together, or none of it is there. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "wallet.first-payments=false",
            "spring.main.keep-alive=false",
            // Messages of one key wait for each other in the database, and Hibernate's first use takes its time.
            "spring.datasource.url=jdbc:h2:mem:wallet;LOCK_TIMEOUT=60000",
            // Longer than any test: nothing is told to be rolled back because the broker had to ask.
            "ternmq.transaction.rollback-after=1h"
        })
@EmbeddedTernMQ
class WalletIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);

    @Autowired
    private EmbeddedBroker broker;

    @Autowired
    private Cashier cashier;

    @Autowired
    private Wallets wallets;

    @Autowired
    private Payments payments;

    @Autowired
    private Bonuses bonuses;

    @Autowired
    private MessageTemplate messages;

    @Autowired
    private TransactionMessageTemplate transactionMessages;

    @Autowired
    private JdbcTransactionRecords records;

    @Autowired
    private PlatformTransactionManager transactionManager;

    @Autowired
    private EntityManagerFactory factory;

    @Autowired
    private JdbcTemplate jdbc;

    private String owner = "";
    private String invoice = "";
    private long recordedBefore;
    private int toldBefore;

    @BeforeEach
    void openWallet() {
        owner = "Ada-" + UUID.randomUUID();
        invoice = "A-" + UUID.randomUUID();
        wallets.save(new Wallet(owner, 5000));
        recordedBefore = recorded();
        toldBefore = toldOfRollback().now().size();
    }

    @Test
    void whatCommitsIsPublishedAndRewardedOnce() {
        cashier.pay(owner, invoice, 1250);

        PublishedMessage message = awaitPublished(1).get(0);
        group().awaitConsumed();
        assertThat(published()).hasSize(1);
        assertThat(paid()).containsExactly(invoice);
        assertThat(rewarded()).containsExactly(invoice);
        assertWallet(3750, 12);
        assertThat(outcomes(message.messageId())).containsExactly("C");
        assertThat(handled()).isEqualTo(1);
    }

    @Test
    void nobodyHearsOfWhatBreaksARule() {

        assertThatExceptionOfType(NotEnoughMoneyException.class).isThrownBy(() -> cashier.pay(owner, invoice, 9900));

        assertNothingHappened();
    }

    @Test
    void nobodyHearsOfWhatTheDatabaseRefusesAtTheCommit() {
        Payment other = payments.save(new Payment(invoice, "somebody else", 1));
        AtomicBoolean refusedAtTheCommit = new AtomicBoolean();

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> required().executeWithoutResult(status -> {
                    cashier.pay(owner, invoice, 1250);
                    refusedAtTheCommit.set(true);
                }));

        assertThat(refusedAtTheCommit).isTrue();
        payments.delete(other);
        assertNothingHappened();
    }

    @Test
    void nobodyHearsOfWhatWasMarkedToRollBack() {
        assertThatExceptionOfType(UnexpectedRollbackException.class)
                .isThrownBy(() -> required().executeWithoutResult(status -> {
                    assertThatExceptionOfType(NotEnoughMoneyException.class)
                            .isThrownBy(() -> cashier.pay(owner, invoice, 9900));
                    wallets.findById(owner).orElseThrow().take(1);
                }));

        assertNothingHappened();
    }

    /** The same invoice is paid in the end, so that what had been published for it before would be there too. */
    private void assertNothingHappened() {
        toldOfRollback().await(toldBefore + 1);
        assertThat(paid()).isEmpty();
        assertThat(recorded()).isEqualTo(recordedBefore);
        assertThat(published()).isEmpty();
        assertWallet(5000, 0);

        cashier.pay(owner, invoice, 100);
        awaitPublished(1);
        broker.advanceTimers(Duration.ofMinutes(1));
        group().awaitConsumed();
        assertThat(published()).hasSize(1);
        assertWallet(4900, 1);
    }

    @Test
    void whatComesAgainIsRewardedOnce() {
        cashier.pay(owner, invoice, 1250);
        for (int i = 0; i < 3; i++) {
            messages.convertAndSend("payments", new Paid(invoice, owner, 1250));
        }

        awaitPublished(4);
        group().awaitConsumed();
        assertThat(published()).hasSize(4);
        assertThat(rewarded()).containsExactly(invoice);
        assertWallet(3750, 12);
        assertThat(handled()).isEqualTo(1);
    }

    @Test
    void listenerThatFailsAfterSavingLeavesNothingAndTheNextAttemptAllOfIt() {
        String stranger = "Grace-" + UUID.randomUUID();
        messages.convertAndSend("payments", new Paid(invoice, stranger, 1250));

        retries().await(1);
        group().awaitHandled();
        assertThat(rewarded()).isEmpty();
        assertThat(handled()).isZero();

        wallets.save(new Wallet(stranger, 0));
        broker.advanceTimers(FIRST_RETRY);

        group().awaitConsumed();
        assertThat(rewarded()).containsExactly(invoice);
        assertThat(wallets.findById(stranger).orElseThrow().points()).isEqualTo(12);
        assertThat(handled()).isEqualTo(1);
    }

    @Test
    void listenerThatFailsAtItsCommitLeavesNothingAndTheNextAttemptAllOfIt() {
        Bonus other = bonuses.save(new Bonus(invoice, 0));
        messages.convertAndSend("payments", new Paid(invoice, owner, 1250));

        retries().await(1);
        group().awaitHandled();
        assertWallet(5000, 0);
        assertThat(handled()).isZero();

        bonuses.delete(other);
        broker.advanceTimers(FIRST_RETRY);

        group().awaitConsumed();
        assertThat(rewarded()).containsExactly(invoice);
        assertWallet(5000, 12);
        assertThat(handled()).isEqualTo(1);
    }

    @Test
    void refusesMessagesOfTransactionsThatOnlyRead() {
        TransactionTemplate reading = required();
        reading.setReadOnly(true);

        assertThatThrownBy(() -> reading.executeWithoutResult(status -> cashier.pay(owner, invoice, 1250)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("remove readOnly = true");

        assertThat(paid()).isEmpty();
        assertThat(published()).isEmpty();
    }

    @Test
    void transactionWithinATransactionPublishesOnItsOwn() {
        TransactionTemplate own = required();
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        required().executeWithoutResult(outer -> {
            transactionMessages.publish("payments", new Paid("lost-" + invoice, owner, 100));
            own.executeWithoutResult(inner -> cashier.pay(owner, invoice, 1250));
            awaitPublished(1);
            outer.setRollbackOnly();
        });
        toldOfRollback().await(toldBefore + 1);
        messages.convertAndSend("payments", new Paid("last-" + invoice, owner, 100));

        group().awaitConsumed();
        assertThat(published("lost-" + invoice)).isEmpty();
        assertThat(paid()).containsExactly(invoice);
        assertWallet(3750, 13);
    }

    @Test
    void refusesMessagesOfCallbacksThatTheCommitCalls() {
        factory.unwrap(SessionFactoryImplementor.class)
                .getEventEngine()
                .getListenerRegistry()
                .appendListeners(EventType.POST_INSERT, new PublishingCallback(invoice, transactionMessages));

        assertThatThrownBy(() -> payments.save(new Payment(invoice, owner, 1)))
                .hasRootCauseInstanceOf(IllegalTransactionStateException.class)
                .rootCause()
                .hasMessageContaining("by a flush");
        assertThat(paid()).isEmpty();

        required().executeWithoutResult(status -> payments.saveAndFlush(new Payment(invoice, owner, 1)));
        awaitPublished(1);
        assertThat(paid()).containsExactly(invoice);
        group().awaitConsumed();
    }

    /** Publishes when a certain payment is written. */
    private record PublishingCallback(String invoice, TransactionMessageTemplate messages)
            implements PostInsertEventListener {

        @Override
        public void onPostInsert(PostInsertEvent event) {
            if (event.getEntity() instanceof Payment payment
                    && payment.invoice().equals(invoice)) {
                messages.publish("payments", new Paid(invoice, payment.payer(), payment.cents()));
            }
        }

        @Override
        public boolean requiresPostCommitHandling(EntityPersister persister) {
            return false;
        }
    }

    @Test
    void savepointsAreRefusedBySpring() {
        TransactionTemplate nested = required();
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

        assertThatExceptionOfType(NestedTransactionNotSupportedException.class)
                .isThrownBy(() -> required()
                        .executeWithoutResult(
                                outer -> nested.executeWithoutResult(inner -> cashier.pay(owner, invoice, 1250))));

        assertThat(published()).isEmpty();
    }

    @Test
    void answersTheBrokerApartFromTheTransactionThatIsRunning() {
        required().executeWithoutResult(status -> {
            String running = transactionMessages
                    .publish("payments", new Paid(invoice, owner, 1250))
                    .getMessageId();
            assertThat(records.check(asked(running, Duration.ZERO))).isEqualTo(TransactionStatus.Unknow);
            assertThat(records.check(asked(invoice, Duration.ofHours(2))))
                    .isEqualTo(TransactionStatus.RollbackTransaction);
            assertThat(outcomes(running)).containsExactly("C");
            status.setRollbackOnly();
        });

        toldOfRollback().await(toldBefore + 1);
        assertThat(outcomes(invoice)).containsExactly("A");
    }

    private static Message asked(String id, Duration age) {
        Message message = new Message("payments", "", new byte[0]);
        message.setMsgID(id);
        message.setBornTimestamp(System.currentTimeMillis() - age.toMillis());
        return message;
    }

    private TransactionTemplate required() {
        return new TransactionTemplate(transactionManager);
    }

    private ConsumerGroup group() {
        return broker.group("bonus-club").within(PATIENCE);
    }

    private PublishedMessages retries() {
        return group().retries().withText(text -> text.contains(invoice));
    }

    private List<PublishedMessage> published() {
        return published(invoice);
    }

    private List<PublishedMessage> published(String name) {
        return about(name).now();
    }

    /** A commit does not wait until the broker has taken note of it. */
    private List<PublishedMessage> awaitPublished(int count) {
        return about(invoice).await(count);
    }

    /** What the broker notes down when it is told that a transaction was rolled back, rather than has to ask. */
    private PublishedMessages toldOfRollback() {
        return broker.published("RMQ_SYS_TRANS_OP_HALF_TOPIC").within(PATIENCE);
    }

    private PublishedMessages about(String name) {
        return broker.published("payments").within(PATIENCE).withText(text -> text.contains("\"" + name + "\""));
    }

    private List<String> paid() {
        return payments.findAll().stream()
                .map(Payment::invoice)
                .filter(invoice::equals)
                .toList();
    }

    private List<String> rewarded() {
        return bonuses.findAll().stream()
                .map(Bonus::invoice)
                .filter(invoice::equals)
                .toList();
    }

    private void assertWallet(long cents, long points) {
        Wallet wallet = wallets.findById(owner).orElseThrow();
        assertThat(wallet.cents()).isEqualTo(cents);
        assertThat(wallet.points()).isEqualTo(points);
    }

    private List<String> outcomes(String messageId) {
        return jdbc.queryForList(
                "SELECT OUTCOME FROM TERNMQ_TRANSACTION WHERE MESSAGE_ID = ?", String.class, messageId);
    }

    private long recorded() {
        return count("SELECT COUNT(*) FROM TERNMQ_TRANSACTION WHERE OUTCOME = 'C'");
    }

    private long handled() {
        return count("SELECT COUNT(*) FROM TERNMQ_HANDLED WHERE MESSAGE_KEY LIKE '%:" + invoice + "'");
    }

    private long count(String query) {
        Long count = jdbc.queryForObject(query, Long.class);
        return count == null ? 0 : count;
    }
}
