package io.ternmq.samples.kotlin

import io.ternmq.spring.annotation.MessageListener
import io.ternmq.spring.annotation.Retry
import io.ternmq.spring.support.TernMQHeaders
import org.slf4j.LoggerFactory
import org.springframework.messaging.handler.annotation.Header
import org.springframework.messaging.handler.annotation.SendTo
import org.springframework.stereotype.Component

/** Answers questions and sells seats. */
@Component
class BoxOffice(private val bank: Bank) {

    private val log = LoggerFactory.getLogger(javaClass)

    /** What is returned goes to whoever has asked. */
    @MessageListener(topics = ["prices"], group = "price-list")
    fun price(question: PriceQuestion) = Price(question.row, priceOf(question.row))

    /**
     * A suspend function: done when it returns, again if it throws. What is returned goes to the next topic. A parameter that may be null, or has a
     * default, is for a header that may be missing.
     */
    @MessageListener(
        topics = ["bookings"],
        tags = "request",
        group = "box-office",
        retry = [Retry(on = [CardRefused::class], times = "0")],
    )
    @SendTo("bookings:paid")
    suspend fun book(
        request: BookingRequest,
        @Header(TernMQHeaders.KEYS) customer: String?,
        @Header("priority") priority: Int = 0,
    ): Booking {
        val name = customer ?: "somebody"
        val full = request.seats * priceOf(request.row)
        val cents = if (request.coupon == "HALF") full / 2 else full
        bank.charge(name, cents)
        log.info("{} pays {} cents for {} in row {}, priority {}", name, cents, request.seats, request.row, priority)
        return Booking(name, request.row, request.seats, cents)
    }

    private fun priceOf(row: Int) = if (row <= 3) 4500 else 2500
}
