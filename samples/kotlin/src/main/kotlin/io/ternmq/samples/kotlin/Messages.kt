package io.ternmq.samples.kotlin

/** How much is a seat there? */
data class PriceQuestion(val row: Int)

data class Price(val row: Int, val cents: Int)

/** Somebody wants seats. What a sender leaves out has its default. */
data class BookingRequest(val row: Int, val seats: Int = 1, val coupon: String? = null)

/** The seats are paid. */
data class Booking(val customer: String, val row: Int, val seats: Int, val cents: Int)
