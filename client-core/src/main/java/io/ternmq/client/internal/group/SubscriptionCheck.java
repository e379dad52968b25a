package io.ternmq.client.internal.group;

import io.ternmq.client.MQClientException;
import io.ternmq.client.internal.connection.Reply;
import io.ternmq.client.internal.route.Route;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.CheckClientRequest;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.SubscriptionData;
import java.util.Map;

/** Asks brokers whether they can read an expression that only they evaluate, so that a consumer does not start in vain. */
public final class SubscriptionCheck {

    private SubscriptionCheck() {}

    /**
     * Asks each broker that has the topic; nobody, while the topic has no route. For threads that may block.
     *
     * @throws MQClientException with the broker's code and reason, if one refuses
     */
    public static void check(ClientInstance client, String group, SubscriptionData subscription) {
        Route route = client.routes().known(subscription.topic());
        if (route == null || subscription.isTagFilter()) {
            return;
        }
        for (Map<Long, String> broker : route.brokers().values()) {
            for (String address : broker.values()) {
                check(client, address, group, subscription);
            }
        }
    }

    private static void check(ClientInstance client, String address, String group, SubscriptionData subscription) {
        CheckClientRequest question = new CheckClientRequest(client.clientId(), group, subscription, null);
        Reply reply = client.await(
                client.connections()
                        .request(
                                address,
                                RequestCode.CHECK_CLIENT_CONFIG,
                                Fields.empty(),
                                JsonBodies.encode(question),
                                client.connections().requestTimeoutNanos()),
                "the broker does not check the subscription: address=" + address);
        if (!reply.is(ResponseCode.SUCCESS)) {
            throw new MQClientException(
                    reply.code(),
                    "the broker refuses the subscription: group=" + group + ", topic=" + subscription.topic()
                            + ", expression=" + subscription.subString() + ", address=" + address + ", "
                            + reply.describe()
                            + (reply.is(ResponseCode.SUBSCRIPTION_PARSE_FAILED)
                                    ? "; correct the expression"
                                    : "; Apache RocketMQ brokers need enablePropertyFilter=true for SQL92"));
        }
    }
}
