package io.ternmq.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.ternmq.broker.group.FakeConnection;
import io.ternmq.broker.security.AccessControl;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestRouterTest {
    private static final Executor FULL = task -> {
        throw new RejectedExecutionException("full");
    };

    private final List<@Nullable Command> answers = new ArrayList<>();

    @Test
    void answersBusyWhenTheThreadsForWhatBlocksAreAllTaken() {
        RequestRouter router = RequestRouter.builder(AccessControl.allowAll(), FULL)
                .blocking(RequestCode.GET_BROKER_CONFIG, Request::succeed)
                .build();

        route(router, RequestCode.GET_BROKER_CONFIG, false);

        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).code()).isEqualTo(ResponseCode.SYSTEM_BUSY.number());
        assertThat(answers.get(0).remark()).startsWith("[REJECTREQUEST]");
    }

    @Test
    void answersThreeToACodeItDoesNotKnow() {
        RequestRouter router =
                RequestRouter.builder(AccessControl.allowAll(), Runnable::run).build();

        route(router, RequestCode.POP_MESSAGE, false);

        assertThat(answers.get(0).code()).isEqualTo(3);
        assertThat(answers.get(0).remark()).isEqualTo(" request type 200050 not supported");
    }

    @Test
    void asksTheAccessControlBeforeTheHandler() {
        AccessControl nobody = (command, from) -> {
            throw new CommandException(ResponseCode.NO_PERMISSION, "nobody may");
        };
        RequestRouter router = RequestRouter.builder(nobody, Runnable::run)
                .on(RequestCode.HEART_BEAT, request -> {
                    throw new AssertionError("reached");
                })
                .build();

        route(router, RequestCode.HEART_BEAT, false);

        assertThat(answers.get(0).code()).isEqualTo(16);
    }

    @Test
    void turnsAFailureIntoAnAnswerAndKeepsQuietToOneways() {
        RequestRouter router = RequestRouter.builder(AccessControl.allowAll(), Runnable::run)
                .on(RequestCode.HEART_BEAT, request -> {
                    throw new IllegalStateException("broken");
                })
                .build();

        route(router, RequestCode.HEART_BEAT, false);
        route(router, RequestCode.HEART_BEAT, true);

        assertThat(answers.get(0).code()).isEqualTo(1);
        assertThat(answers.get(0).remark()).contains("broken");
        assertThat(answers.subList(1, answers.size())).allMatch(answer -> answer == null);
    }

    private void route(RequestRouter router, RequestCode code, boolean oneway) {
        Command request = Command.request(code, 1, Fields.empty());
        Command sent = oneway ? Command.oneway(code, 1, Fields.empty(), request.body(), request.format()) : request;
        router.route(sent, new FakeConnection(), new Reply() {
            @Override
            public void send(@Nullable Command response) {
                answers.add(response);
            }

            @Override
            public void parked() {}
        });
    }
}
