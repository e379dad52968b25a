package io.ternmq.samples.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** An invoice that was paid. Each is paid once: the database sees to that, when Hibernate writes the payment, which is at the commit. */
@Entity
class Payment {

    @Id
    @GeneratedValue
    private @Nullable Long id;

    @Column(unique = true)
    private String invoice;

    private String payer;
    private long cents;

    /** For Hibernate. */
    protected Payment() {
        this("", "", 0);
    }

    Payment(String invoice, String payer, long cents) {
        this.invoice = invoice;
        this.payer = payer;
        this.cents = cents;
    }

    String invoice() {
        return invoice;
    }

    String payer() {
        return payer;
    }

    long cents() {
        return cents;
    }
}
