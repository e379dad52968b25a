package io.ternmq.samples.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** What somebody has: money, in cents, and points. */
@Entity
class Wallet {

    @Id
    private String owner;

    private long cents;
    private long points;

    /** For Hibernate. */
    protected Wallet() {
        this("", 0);
    }

    Wallet(String owner, long cents) {
        this.owner = owner;
        this.cents = cents;
    }

    /** Takes money out, if there is enough. */
    void take(long amount) {
        if (amount > cents) {
            throw new NotEnoughMoneyException(owner + " has " + cents + " cents, not " + amount);
        }
        cents -= amount;
    }

    void reward(long more) {
        points += more;
    }

    String owner() {
        return owner;
    }

    long cents() {
        return cents;
    }

    long points() {
        return points;
    }
}
