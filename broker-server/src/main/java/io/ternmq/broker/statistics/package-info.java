/**
 * What has flowed through the broker, for operators: messages stored by topic, messages delivered by topic and group, in total and over the last minute,
 * hour and day. Counting is lock-free and cheap; the housekeeping thread takes a sample from time to time; request threads read.
 */
@NullMarked
package io.ternmq.broker.statistics;

import org.jspecify.annotations.NullMarked;
