package io.ternmq.samples.kotlin

import io.ternmq.spring.annotation.DeadLetterHandler
import io.ternmq.spring.annotation.MessageListener
import io.ternmq.spring.support.TernMQHeaders
import org.slf4j.LoggerFactory
import org.springframework.messaging.handler.annotation.Header
import org.springframework.stereotype.Component
import java.util.concurrent.ConcurrentLinkedQueue

/** Lets in who has paid, and tells the others. */
@Component
class Door {

    private val log = LoggerFactory.getLogger(javaClass)

    val guests = ConcurrentLinkedQueue<Booking>()
    val turnedAway = ConcurrentLinkedQueue<String>()

    @MessageListener(topics = ["bookings"], tags = "paid", group = "door")
    fun admit(booking: Booking) {
        guests += booking
        log.info("{} may come in: row {}", booking.customer, booking.row)
    }

    @DeadLetterHandler(group = "box-office")
    fun turnAway(
        request: BookingRequest,
        @Header(TernMQHeaders.KEYS) customer: String,
        @Header(TernMQHeaders.DEAD_LETTER_REASON) reason: String?,
    ) {
        turnedAway += customer
        log.info("{} stays outside, {} seats: {}", customer, request.seats, reason)
    }
}
