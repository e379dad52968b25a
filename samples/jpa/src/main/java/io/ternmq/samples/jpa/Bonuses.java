package io.ternmq.samples.jpa;

import org.springframework.data.jpa.repository.JpaRepository;

interface Bonuses extends JpaRepository<Bonus, Long> {}
