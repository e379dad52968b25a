package io.ternmq.broker.request;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ternmq.broker.group.ClientConnection;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.Language;
import io.ternmq.protocol.ProtocolVersion;
import io.ternmq.protocol.ResponseCode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One request being served: what was asked, by whom, and the one chance to answer. The first answer wins; a later one is
 * released unsent, so that a time-out and a result may race. Answers may come from any thread.
 */
public final class Request {
    private final Command command;
    private final ClientConnection connection;
    private final Reply reply;
    private final AtomicBoolean answered = new AtomicBoolean();

    /** Creates one for a command that has arrived. */
    public Request(Command command, ClientConnection connection, Reply reply) {
        this.command = command;
        this.connection = connection;
        this.reply = reply;
    }

    /** Returns what has arrived. */
    public Command command() {
        return command;
    }

    /** Returns the header. */
    public Fields fields() {
        return command.fields();
    }

    /** Returns the body; valid while the handler runs. */
    public ByteBuf body() {
        return command.body();
    }

    /** Returns who has asked. */
    public ClientConnection connection() {
        return connection;
    }

    /** Answers with success and nothing else. */
    public void succeed() {
        answer(command.respond(Fields.empty()));
    }

    /** Answers with success and header fields. */
    public void succeed(Fields fields) {
        answer(command.respond(fields));
    }

    /** Answers with success and a body, which is handed over. */
    public void succeed(ByteBuf body) {
        answer(command.respond(ResponseCode.SUCCESS, null, Fields.empty(), body));
    }

    /** Answers with success and a body. */
    public void succeed(byte[] body) {
        succeed(Unpooled.wrappedBuffer(body));
    }

    /** Answers with a failure. */
    public void fail(ResponseCode code, String remark) {
        answer(command.fail(code, remark));
    }

    /** Answers with a refusal. */
    public void fail(CommandException refusal) {
        fail(refusal.code(), refusal.remark());
    }

    /** Answers with a code, a remark, header fields and a body, which is handed over. */
    public void answer(ResponseCode code, @Nullable String remark, Fields fields, ByteBuf body) {
        answer(command.respond(code, remark, fields, body));
    }

    /** Answers with what somebody else has answered; its body is handed over. */
    public void pass(Command other) {
        answer(new Command(
                other.code(),
                Language.JAVA,
                ProtocolVersion.CURRENT,
                command.opaque(),
                Command.RESPONSE,
                other.remark(),
                other.fields(),
                other.body(),
                command.format()));
    }

    /** Tells that the answer may take long, so that the request no longer counts as being in service. */
    public void park() {
        reply.parked();
    }

    /** Ends the request without an answer, as the protocol foresees for some. */
    public void endSilently() {
        if (answered.compareAndSet(false, true)) {
            reply.send(null);
        }
    }

    /** Returns whether the request has been answered. */
    public boolean isAnswered() {
        return answered.get();
    }

    private void answer(Command response) {
        if (!answered.compareAndSet(false, true)) {
            response.close();
        } else if (command.isOneway()) {
            response.close();
            reply.send(null);
        } else {
            reply.send(response);
        }
    }
}
