package io.ternmq.benchmarks.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.RequestCode;
import io.ternmq.protocol.ResponseCode;
import io.ternmq.protocol.body.BrokerData;
import io.ternmq.protocol.body.JsonBodies;
import io.ternmq.protocol.body.QueueData;
import io.ternmq.protocol.body.TopicRouteData;
import io.ternmq.protocol.frame.FrameDecoder;
import io.ternmq.protocol.frame.FrameEncoder;
import io.ternmq.protocol.frame.MalformedFrameException;
import io.ternmq.protocol.header.SendResultHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** Takes every message, keeps none, and spends next to nothing on it: what is measured with it is the client. */
final class ForgetfulBroker implements AutoCloseable {
    private static final int BUFFER = 1024 * 1024;
    private static final int ID = 32;

    private final ServerSocket server;

    ForgetfulBroker() throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "forgetful-broker");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        ByteBuf in = Unpooled.buffer(BUFFER);
        try (socket) {
            InputStream stream = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            FrameDecoder frames = new FrameDecoder();
            while (in.writeBytes(stream, BUFFER) >= 0) {
                for (Command request = frames.decode(in); request != null; request = frames.decode(in)) {
                    if (!request.isOneway()) {
                        write(answer(request), out);
                    }
                    request.close();
                }
                in.discardReadBytes();
            }
        } catch (IOException | MalformedFrameException e) {
            // The client has gone.
        } finally {
            in.release();
        }
    }

    private static void write(Command answer, OutputStream out) throws IOException {
        ByteBuf frame = FrameEncoder.encode(answer, ByteBufAllocator.DEFAULT);
        try {
            frame.getBytes(frame.readerIndex(), out, frame.readableBytes());
        } finally {
            frame.release();
        }
    }

    private Command answer(Command request) {
        if (request.code() == RequestCode.GET_ROUTEINFO_BY_TOPIC.number()) {
            TopicRouteData route = new TopicRouteData(
                    null,
                    List.of(new QueueData("b", 4, 4, 6, 0, 0)),
                    List.of(new BrokerData("c", "b", Map.of(0L, address()), false)),
                    Map.of());
            return request.respond(ResponseCode.SUCCESS, null, Fields.empty(), JsonBodies.encode(route));
        }
        if (request.code() == RequestCode.SEND_MESSAGE_V2.number()) {
            return request.respond(stored(1));
        }
        return request.code() == RequestCode.SEND_BATCH_MESSAGE.number()
                ? request.respond(stored(count(request.body())))
                : request.respond(Fields.empty());
    }

    private static int count(ByteBuf batch) {
        int count = 0;
        for (int at = batch.readerIndex(); at < batch.writerIndex(); at += batch.getInt(at)) {
            count++;
        }
        return count;
    }

    private static Fields stored(int count) {
        String ids = ("0".repeat(ID) + ",").repeat(count);
        return Fields.builder()
                .put("msgId", ids.substring(0, ids.length() - 1))
                .put("queueId", 0)
                .put("queueOffset", 0)
                .put("MSG_REGION", SendResultHeader.DEFAULT_REGION)
                .put("TRACE_ON", false)
                .build();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
