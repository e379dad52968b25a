package io.ternmq.samples.kotlin

import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication

/** A theatre in miniature: customers ask for prices, book seats, and the door knows who may come in. */
@SpringBootApplication
class BoxOfficeApplication

fun main(args: Array<String>) {
    runApplication<BoxOfficeApplication>(*args)
}
