package io.ternmq.samples.jpa;

import io.ternmq.spring.transaction.TransactionMessageTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Lets invoices be paid out of wallets. */
@Service
class Cashier {

    private static final Logger LOG = LoggerFactory.getLogger(Cashier.class);

    private final Payments payments;
    private final Wallets wallets;
    private final TransactionMessageTemplate messages;

    Cashier(Payments payments, Wallets wallets, TransactionMessageTemplate messages) {
        this.payments = payments;
        this.wallets = wallets;
        this.messages = messages;
    }

    /**
     * Pays an invoice. The payment, what is left in the wallet and the message are one: if this commits, the message is delivered, even if the process
     * dies right then. If it fails, here or when it commits, nobody ever sees the message. So the order of the steps does not matter; the
     * wallet comes last because it is locked from then on.
     */
    @Transactional
    void pay(String payer, String invoice, long cents) {
        LOG.info("{} pays invoice {}: {} cents", payer, invoice, cents);
        payments.save(new Payment(invoice, payer, cents));
        messages.publish("payments", new Paid(invoice, payer, cents));
        // Nothing to save: Hibernate writes what has changed when the transaction commits.
        wallets.findByOwner(payer).orElseThrow().take(cents);
    }
}
