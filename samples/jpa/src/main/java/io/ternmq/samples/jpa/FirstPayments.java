package io.ternmq.samples.jpa;

import io.ternmq.spring.core.MessageTemplate;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Pays a handful of invoices when the application starts, so that there is something to see. */
@Component
@ConditionalOnBooleanProperty(name = "wallet.first-payments", matchIfMissing = true)
class FirstPayments implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(FirstPayments.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cashier cashier;
    private final Wallets wallets;
    private final Payments payments;
    private final MessageTemplate messages;

    FirstPayments(Cashier cashier, Wallets wallets, Payments payments, MessageTemplate messages) {
        this.cashier = cashier;
        this.wallets = wallets;
        this.payments = payments;
        this.messages = messages;
    }

    @Override
    public void run(ApplicationArguments arguments) throws InterruptedException {
        wallets.save(new Wallet("Ada", 5000));
        LOG.info("Ada has 5000 cents in her wallet");
        pay("A-1", 1250);
        pay("A-2", 9900);
        pay("A-1", 1250);
        LOG.info("the message of invoice A-1 is sent a second time, as may happen to any");
        messages.convertAndSend("payments", new Paid("A-1", "Ada", 1250));
        awaitPoints();
        Wallet ada = wallets.findById("Ada").orElseThrow();
        LOG.info("Ada has {} cents and {} points; invoices paid: {}", ada.cents(), ada.points(), payments.count());
        LOG.info("Stop with Ctrl-C.");
    }

    private void pay(String invoice, long cents) {
        try {
            cashier.pay("Ada", invoice, cents);
        } catch (NotEnoughMoneyException e) {
            LOG.info("invoice {} is not paid, and nobody hears of it: {}", invoice, e.getMessage());
        } catch (DataIntegrityViolationException e) {
            LOG.info("invoice {} is not paid again, and nobody hears of it: the database refuses", invoice);
        }
    }

    private void awaitPoints() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (wallets.findById("Ada").orElseThrow().points() == 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
    }
}
