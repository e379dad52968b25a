/**
 * The program that runs a genuine Apache RocketMQ client in a child process. {@link io.ternmq.interop.driver.DriverMain} reads one
 * {@link io.ternmq.interop.driver.Line} a command from standard input and writes answers and received messages to standard output;
 * the tests use {@link io.ternmq.interop.driver.Line} for the other end and nothing else from here. Commands run on threads of
 * their own, so that one that waits holds up no other; received messages are reported from the client's consuming threads.
 */
@NullMarked
package io.ternmq.interop.driver;

import org.jspecify.annotations.NullMarked;
