package io.ternmq.spring.doctor;

import java.util.Optional;

/** Looks for one cause. May ask the cluster; what the client throws then is the doctor's to explain. */
@FunctionalInterface
interface Rule {

    Optional<Finding> check(Case patient);
}
