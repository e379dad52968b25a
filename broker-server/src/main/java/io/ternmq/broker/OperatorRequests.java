package io.ternmq.broker;

import io.ternmq.broker.base.Clock;
import io.ternmq.broker.delivery.WaitingPulls;
import io.ternmq.broker.group.Consumers;
import io.ternmq.broker.group.GroupSettings;
import io.ternmq.broker.group.Offsets;
import io.ternmq.broker.group.Producers;
import io.ternmq.broker.request.BrokerIdentity;
import io.ternmq.broker.request.Request;
import io.ternmq.broker.request.RequestRouter;
import io.ternmq.broker.request.admin.ClientCallHandler;
import io.ternmq.broker.request.admin.MembersHandler;
import io.ternmq.broker.request.admin.OffsetAdminHandler;
import io.ternmq.broker.request.admin.ProgressHandler;
import io.ternmq.broker.request.admin.StatisticsHandler;
import io.ternmq.broker.request.admin.TopicStatsHandler;
import io.ternmq.broker.statistics.Statistics;
import io.ternmq.broker.store.MessageStore;
import io.ternmq.broker.topic.Topics;
import io.ternmq.protocol.RequestCode;
import java.util.function.Consumer;

/** The requests by which operators look into the broker and its clients, and put groups elsewhere. */
final class OperatorRequests implements Consumer<RequestRouter.Builder> {
    private final TopicStatsHandler topicStats;
    private final ProgressHandler progress;
    private final MembersHandler members;
    private final ClientCallHandler clientCalls;
    private final OffsetAdminHandler offsetAdmin;
    private final StatisticsHandler figures;

    OperatorRequests(
            BrokerIdentity identity,
            Topics topics,
            GroupSettings groups,
            Consumers consumers,
            Producers producers,
            Offsets offsets,
            MessageStore store,
            WaitingPulls waitingPulls,
            Statistics statistics,
            Clock clock) {
        this.topicStats = new TopicStatsHandler(identity, topics, consumers, offsets, store, statistics, clock);
        this.progress = new ProgressHandler(identity, topics, groups, consumers, offsets, store, statistics, clock);
        this.members = new MembersHandler(identity, consumers, producers, offsets);
        this.clientCalls = new ClientCallHandler(identity, consumers, store);
        this.offsetAdmin = new OffsetAdminHandler(identity, topics, groups, consumers, offsets, store, waitingPulls);
        this.figures = new StatisticsHandler(identity, statistics, clock);
    }

    @Override
    public void accept(RequestRouter.Builder router) {
        router.blocking(RequestCode.GET_TOPIC_STATS_INFO, topicStats::stats)
                .blocking(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, topicStats::groups)
                .blocking(RequestCode.QUERY_CONSUME_QUEUE, topicStats::entries)
                .blocking(RequestCode.GET_CONSUME_STATS, progress::ofGroup)
                .blocking(RequestCode.GET_BROKER_CONSUME_STATS, progress::ofAll)
                .blocking(RequestCode.QUERY_CONSUME_TIME_SPAN, progress::timeSpans)
                .blocking(RequestCode.QUERY_CORRECTION_OFFSET, progress::corrections)
                .blocking(RequestCode.GET_ALL_CONSUMER_OFFSET, progress::offsets)
                .on(RequestCode.GET_CONSUMER_CONNECTION_LIST, members::consumers)
                .on(RequestCode.GET_PRODUCER_CONNECTION_LIST, members::producers)
                .on(RequestCode.GET_ALL_PRODUCER_INFO, members::allProducers)
                .on(RequestCode.QUERY_TOPICS_BY_CONSUMER, members::topics)
                .on(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, members::subscription)
                .blocking(RequestCode.GET_CONSUMER_RUNNING_INFO, clientCalls::runningInfo)
                .blocking(RequestCode.CONSUME_MESSAGE_DIRECTLY, clientCalls::consumeDirectly)
                .blocking(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, clientCalls::status)
                .blocking(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, offsetAdmin::reset)
                .blocking(RequestCode.CLONE_GROUP_OFFSET, offsetAdmin::copy)
                .on(RequestCode.VIEW_BROKER_STATS_DATA, figures::view)
                // The store's housekeeping deletes what has expired every second, and leaves nothing of a deleted
                // topic.
                .on(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, Request::succeed)
                .on(RequestCode.CLEAN_UNUSED_TOPIC, Request::succeed)
                .on(RequestCode.DELETE_EXPIRED_COMMITLOG, Request::succeed);
    }
}
