package io.ternmq.samples.kotlin

import io.micrometer.context.ContextRegistry
import io.ternmq.client.Action
import io.ternmq.client.OrderAction
import io.ternmq.spring.annotation.MessageListener
import io.ternmq.spring.annotation.TagHandler
import io.ternmq.spring.core.MessageTemplate
import io.ternmq.spring.listener.ListenerInterceptor
import io.ternmq.test.EmbeddedBroker
import io.ternmq.test.spring.EmbeddedTernMQ
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.assertj.core.api.Assertions.assertThat
import org.awaitility.Awaitility.await
import org.junit.jupiter.api.Test
import org.springframework.test.context.TestConstructor
import org.springframework.boot.autoconfigure.ImportAutoConfiguration
import org.springframework.boot.test.context.SpringBootTest
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.messaging.Message
import org.springframework.messaging.handler.annotation.Header
import io.ternmq.spring.boot.TernMQAutoConfiguration
import io.ternmq.spring.support.TernMQHeaders
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

/** What the language makes different: suspend functions of every kind, what may be null or has a default, variance of lists. */
@SpringBootTest(
    classes = [KotlinListenersIT.Application::class],
    properties = ["ternmq.consumer.consume-timeout=2s"],
)
@EmbeddedTernMQ
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
class KotlinListenersIT(
    private val broker: EmbeddedBroker,
    private val messages: MessageTemplate,
    private val listeners: Listeners,
    private val byTag: ByTag,
) {

    open class Animal(val name: String = "nobody")

    data class Cat(val name: String, val lives: Int = 9, val owner: String? = null)

    class Listeners {

        val heard = ConcurrentLinkedQueue<Any>()
        val attempts = AtomicInteger()
        val cancelled = AtomicInteger()

        @MessageListener(topics = ["defaults"], group = "defaults")
        fun defaults(cat: Cat, @Header("colour") colour: String = "grey", @Header("age") age: Int = 3, @Header("size") size: Int?) {
            heard += "${cat.name} $colour $age $size ${cat.lives} ${cat.owner}"
        }

        @MessageListener(topics = ["unnamed"], group = "unnamed")
        fun unnamed(cat: Cat, @Header colour: String) {
            heard += "${cat.name} $colour"
        }

        @MessageListener(topics = ["throws"], group = "throws")
        fun throws(text: String, @Header("age") age: Int = 3) {
            heard += "$text ${attempts.incrementAndGet()} $age"
            check(attempts.get() > 1) { "at first" }
        }

        @MessageListener(topics = ["suspended"], group = "suspended")
        suspend fun fails(text: String, @Header("age") age: Int = 3): Action {
            yield()
            delay(5.milliseconds)
            heard += "$text ${attempts.incrementAndGet()} $age"
            check(attempts.get() > 1) { "later" }
            return Action.CommitMessage
        }

        @MessageListener(topics = ["ordered"], group = "ordered", ordered = "true")
        suspend fun ordered(text: String): OrderAction {
            delay(if (text == "first") 50.milliseconds else 1.milliseconds)
            heard += text
            return OrderAction.Success
        }

        @MessageListener(topics = ["batch"], group = "batch", batchSize = "10")
        suspend fun batch(animals: List<Animal>) {
            delay(1.milliseconds)
            heard.add(animals.map { it.name })
        }

        @MessageListener(topics = ["letters"], group = "letters", batchSize = "10")
        fun letters(letters: List<Message<Cat>>) {
            letters.forEach { heard += "${it.payload.name} ${it.headers[TernMQHeaders.KEYS]}" }
        }

        @MessageListener(topics = ["endless"], group = "endless", maxReconsumeTimes = "0")
        suspend fun endless(@Suppress("UNUSED_PARAMETER") text: String) {
            try {
                awaitCancellation()
            } finally {
                cancelled.incrementAndGet()
            }
        }

        @MessageListener(topics = ["context"], group = "context")
        suspend fun context(text: String) {
            delay(5.milliseconds)
            val elsewhere = withContext(Dispatchers.Default) { CURRENT.get() }
            heard += "$text ${CURRENT.get()} $elsewhere"
        }

        @MessageListener(topics = ["twice-a"], group = "twice-a")
        @MessageListener(topics = ["twice-b"], group = "twice-b")
        internal fun twice(text: String, message: Message<*>) {
            heard += "$text ${message.headers[TernMQHeaders.TOPIC]}"
        }
    }

    @MessageListener(topics = ["tagged"], group = "tagged")
    class ByTag {

        val heard = ConcurrentLinkedQueue<String>()

        @TagHandler("cat")
        suspend fun cat(cat: Cat) {
            delay(1.milliseconds)
            heard += cat.name
        }

        @TagHandler("text")
        fun text(text: String) {
            heard += text
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TernMQAutoConfiguration::class, JacksonAutoConfiguration::class)
    class Application {

        @Bean
        fun listeners() = Listeners()

        @Bean
        fun byTag() = ByTag()

        @Bean
        fun interceptor() = ListenerInterceptor { call, next ->
            CURRENT.set(call.listenerId())
            try {
                next.proceed()
            } finally {
                CURRENT.remove()
            }
        }
    }

    @Test
    fun `a header that is missing has its default or is null`() {
        messages.destination("defaults").send(Cat("Tom"))
        messages.destination("defaults").header("colour", "red").header("age", 5).header("size", 7).send(Cat("Kit", 8, "Ann"))

        await().untilAsserted { assertThat(listeners.heard).contains("Tom grey 3 null 9 null", "Kit red 5 7 8 Ann") }
    }

    @Test
    fun `a header without a name has that of its parameter`() {
        messages.destination("unnamed").header("colour", "white").send(Cat("Snow"))

        await().untilAsserted { assertThat(listeners.heard).contains("Snow white") }
    }

    @Test
    fun `a function with defaults may fail`() {
        listeners.attempts.set(0)
        messages.convertAndSend("throws", "boom")
        broker.group("throws").retries().awaitOne()
        broker.advanceTimers(Duration.ofSeconds(10))

        await().untilAsserted { assertThat(listeners.heard).contains("boom 1 3", "boom 2 3") }
    }

    @Test
    fun `a suspend function that fails after its suspension comes again`() {
        listeners.attempts.set(0)
        messages.convertAndSend("suspended", "late")
        broker.group("suspended").retries().awaitOne()
        broker.advanceTimers(Duration.ofSeconds(10))

        await().untilAsserted { assertThat(listeners.heard).contains("late 1 3", "late 2 3") }
        broker.group("suspended").awaitConsumed()
    }

    @Test
    fun `a suspend function keeps the order`() {
        messages.destination("ordered").shardingKey("k").send("first")
        messages.destination("ordered").shardingKey("k").send("second")

        await().untilAsserted { assertThat(listeners.heard).containsSubsequence("first", "second") }
    }

    @Test
    fun `lists are of payloads that are open, and of messages`() {
        messages.convertAndSend("batch", mapOf("name" to "dog"))
        messages.destination("letters").key("k1").send(Cat("Tom"))

        await().untilAsserted { assertThat(listeners.heard).contains(listOf("dog"), "Tom k1") }
    }

    @Test
    fun `a suspend function that does not end is cancelled`() {
        messages.convertAndSend("endless", "x")

        await().untilAsserted { assertThat(listeners.cancelled).hasValue(1) }
        broker.group("endless").deadLetters().awaitOne()
    }

    @Test
    fun `what belongs to the thread goes along`() {
        messages.convertAndSend("context", "in")

        await().untilAsserted {
            assertThat(listeners.heard).contains("in listeners.context listeners.context")
        }
    }

    @Test
    fun `an annotation may be repeated, and its function internal`() {
        messages.convertAndSend("twice-a", "one")
        messages.convertAndSend("twice-b", "two")

        await().untilAsserted { assertThat(listeners.heard).contains("one twice-a", "two twice-b") }
    }

    @Test
    fun `functions are chosen by tag`() {
        messages.convertAndSend("tagged:cat", Cat("Tom"))
        messages.convertAndSend("tagged:text", "hello")

        await().untilAsserted { assertThat(byTag.heard).containsExactlyInAnyOrder("Tom", "hello") }
    }

    private companion object {

        val CURRENT = ThreadLocal<String>()

        init {
            ContextRegistry.getInstance().registerThreadLocalAccessor("kotlin-listeners", CURRENT)
        }
    }
}
