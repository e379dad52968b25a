package io.ternmq.samples.jpa;

import io.ternmq.spring.annotation.MessageListener;
import io.ternmq.spring.idempotent.Idempotent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Gives points for what was paid: one for each hundred cents. */
@Component
class BonusClub {

    private static final Logger LOG = LoggerFactory.getLogger(BonusClub.class);

    private final Bonuses bonuses;
    private final Wallets wallets;

    BonusClub(Bonuses bonuses, Wallets wallets) {
        this.bonuses = bonuses;
        this.wallets = wallets;
    }

    /**
     * Runs in a transaction of its own, in which is recorded, too, that the invoice's message was handled. However often it comes, the points are given once; and
     * if this fails, here or when it commits, neither the points nor the record are there, and the message comes again.
     */
    @Idempotent(key = "json['invoice']")
    @MessageListener(topics = "payments", group = "bonus-club")
    void reward(Paid paid) {
        long points = paid.cents() / 100;
        bonuses.save(new Bonus(paid.invoice(), points));
        wallets.findByOwner(paid.payer()).orElseThrow().reward(points);
        LOG.info("{} gets {} points for invoice {}", paid.payer(), points, paid.invoice());
    }
}
