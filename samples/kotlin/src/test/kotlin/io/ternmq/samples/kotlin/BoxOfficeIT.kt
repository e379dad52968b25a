package io.ternmq.samples.kotlin

import io.ternmq.spring.core.MessageTemplate
import io.ternmq.test.EmbeddedBroker
import io.ternmq.test.spring.EmbeddedTernMQ
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.springframework.test.context.TestConstructor
import org.springframework.boot.test.context.SpringBootTest
import java.time.Duration

/** The theatre with a broker of its own. */
@SpringBootTest(properties = ["box-office.first-customers=false"])
@EmbeddedTernMQ
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
class BoxOfficeIT(
    private val broker: EmbeddedBroker,
    private val messages: MessageTemplate,
    private val door: Door,
) {

    @Test
    fun `answers questions`() {
        val price = messages.sendAndReceive("prices", PriceQuestion(row = 9), Price::class.java, Duration.ofSeconds(10))

        assertThat(price).isEqualTo(Price(row = 9, cents = 2500))
    }

    @Test
    fun `lets in who has paid`() {
        messages.destination("bookings:request").key("Ada").send(BookingRequest(row = 2))
        messages.destination("bookings:request").key("Grace").send(BookingRequest(row = 7, seats = 2, coupon = "HALF"))

        await().untilAsserted {
            assertThat(door.guests).contains(Booking("Ada", 2, 1, 4500), Booking("Grace", 7, 2, 2500))
        }
    }

    @Test
    fun `takes the defaults for what a sender leaves out`() {
        messages.convertAndSend("bookings:request", """{"row": 4}""")

        await().untilAsserted { assertThat(door.guests).contains(Booking("somebody", 4, 1, 2500)) }
    }

    @Test
    fun `turns away at once whose card is refused`() {
        messages.destination("bookings:request").key("Croesus").send(BookingRequest(row = 1, seats = 40))

        broker.group("box-office").deadLetters().withKey("Croesus").awaitOne()
        await().untilAsserted { assertThat(door.turnedAway).contains("Croesus") }
        assertThat(door.guests).noneMatch { it.customer == "Croesus" }
    }
}
