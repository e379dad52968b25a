package io.ternmq.samples.kotlin

import io.ternmq.spring.core.MessageTemplate
import org.slf4j.LoggerFactory
import org.springframework.boot.ApplicationRunner
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty
import org.springframework.boot.ApplicationArguments
import org.springframework.stereotype.Component
import java.time.Duration

/** Who comes by itself when the application has started. */
@Component
@ConditionalOnProperty("box-office.first-customers", matchIfMissing = true)
class FirstCustomers(private val messages: MessageTemplate) : ApplicationRunner {

    private val log = LoggerFactory.getLogger(javaClass)

    override fun run(args: ApplicationArguments) {
        val price = messages.sendAndReceive("prices", PriceQuestion(row = 2), Price::class.java, Duration.ofSeconds(5))
        log.info("a seat in row {} is {} cents", price.row, price.cents)
        book("Ada", BookingRequest(row = 2))
        book("Grace", BookingRequest(row = 7, seats = 2, coupon = "HALF"))
        book("Croesus", BookingRequest(row = 1, seats = 40))
    }

    private fun book(customer: String, request: BookingRequest) {
        messages.destination("bookings:request").key(customer).send(request)
    }
}
