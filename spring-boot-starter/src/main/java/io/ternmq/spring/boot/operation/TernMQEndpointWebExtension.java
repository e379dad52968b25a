package io.ternmq.spring.boot.operation;

import io.ternmq.spring.core.ClientStartException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** What {@link TernMQEndpoint} answers by HTTP when it cannot do what it is told: the reason, which Boot itself keeps from the caller. */
@EndpointWebExtension(endpoint = TernMQEndpoint.class)
final class TernMQEndpointWebExtension {

    private final TernMQEndpoint endpoint;

    TernMQEndpointWebExtension(TernMQEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Pauses, resumes, starts or stops a listener: 200 with what it does then, 404 if there is none of the id, 400 if there is no such action,
     * 503 if its cluster cannot be reached.
     */
    @WriteOperation
    WebEndpointResponse<?> control(@Selector String id, @Nullable String action) {
        try {
            TernMQEndpoint.Listener listener = endpoint.control(id, action == null ? "" : action);
            return listener == null
                    ? refused(
                            WebEndpointResponse.STATUS_NOT_FOUND,
                            "there is no such listener: id=" + id,
                            "listeners",
                            endpoint.ids())
                    : new WebEndpointResponse<>(listener);
        } catch (InvalidEndpointRequestException e) {
            return refused(
                    WebEndpointResponse.STATUS_BAD_REQUEST,
                    "there is no such action: action=" + action,
                    "actions",
                    TernMQEndpoint.ACTIONS);
        } catch (ClientStartException e) {
            return refused(
                    WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE,
                    String.valueOf(e.getMessage()),
                    "listeners",
                    List.of(id));
        }
    }

    private static WebEndpointResponse<Map<String, Object>> refused(
            int status, String error, String what, List<String> there) {
        return new WebEndpointResponse<>(Map.of("error", error, what, there), status);
    }
}
