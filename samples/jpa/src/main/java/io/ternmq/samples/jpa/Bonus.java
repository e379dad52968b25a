package io.ternmq.samples.jpa;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** The points that were given for an invoice. */
@Entity
class Bonus {

    @Id
    @GeneratedValue
    private @Nullable Long id;

    @Column(unique = true)
    private String invoice;

    private long points;

    /** For Hibernate. */
    protected Bonus() {
        this("", 0);
    }

    Bonus(String invoice, long points) {
        this.invoice = invoice;
        this.points = points;
    }

    String invoice() {
        return invoice;
    }

    long points() {
        return points;
    }
}
