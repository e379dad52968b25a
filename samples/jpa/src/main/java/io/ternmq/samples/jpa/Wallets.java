package io.ternmq.samples.jpa;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;

interface Wallets extends JpaRepository<Wallet, String> {

    /** To be changed: whoever wants to change the same wallet waits until this transaction ends. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    Optional<Wallet> findByOwner(String owner);
}
