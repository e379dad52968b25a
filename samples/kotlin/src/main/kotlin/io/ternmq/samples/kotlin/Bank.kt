package io.ternmq.samples.kotlin

import kotlinx.coroutines.delay
import org.springframework.stereotype.Component
import kotlin.time.Duration.Companion.milliseconds

class CardRefused(customer: String, cents: Int) :
    RuntimeException("the card is refused: customer=$customer, cents=$cents")

/** Far away, as banks are: it takes a while, and no thread waits for it. */
@Component
class Bank {

    suspend fun charge(customer: String, cents: Int) {
        delay(20.milliseconds)
        if (cents > LIMIT) {
            throw CardRefused(customer, cents)
        }
    }

    private companion object {
        const val LIMIT = 20_000
    }
}
