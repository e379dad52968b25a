package io.ternmq.protocol.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.ternmq.protocol.Command;
import io.ternmq.protocol.Fields;
import io.ternmq.protocol.HeaderFormat;
import io.ternmq.protocol.Language;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** The JSON form of a header. Unknown keys are skipped, missing ones take their defaults, as genuine peers do. */
final class JsonHeader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();

    private JsonHeader() {}

    static Command decode(ByteBuf header) throws MalformedFrameException {
        byte[] bytes = ByteBufUtil.getBytes(header);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedFrameException("JSON header is not an object: headerLength=" + bytes.length);
            }
            return readObject(parser);
        } catch (JacksonException e) {
            throw new MalformedFrameException("JSON header does not parse: " + e.getOriginalMessage());
        }
    }

    private static Command readObject(JsonParser parser) {
        int code = 0;
        int version = 0;
        int opaque = 0;
        int flag = 0;
        Language language = Language.OTHER;
        String remark = null;
        Fields fields = Fields.empty();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "code" -> code = parser.getValueAsInt();
                case "version" -> version = parser.getValueAsInt();
                case "opaque" -> opaque = parser.getValueAsInt();
                case "flag" -> flag = parser.getValueAsInt();
                case "remark" -> remark = parser.getValueAsString();
                case "language" -> language = readLanguage(parser.getValueAsString());
                case "extFields" -> fields = value == JsonToken.START_OBJECT ? readFields(parser) : Fields.empty();
                default -> parser.skipChildren();
            }
        }
        return new Command(
                code, language, version, opaque, flag, remark, fields, Unpooled.EMPTY_BUFFER, HeaderFormat.JSON);
    }

    private static Language readLanguage(@Nullable String name) {
        return name == null ? Language.OTHER : Language.of(name);
    }

    private static Fields readFields(JsonParser parser) {
        Fields.Builder fields = Fields.builder();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (value.isStructStart()) {
                parser.skipChildren();
            } else {
                fields.put(name, parser.getValueAsString());
            }
        }
        return fields.build();
    }

    static void encode(Command command, ByteBuf out) {
        try (JsonGenerator json =
                JSON.createGenerator(ObjectWriteContext.empty(), (OutputStream) new ByteBufOutputStream(out))) {
            json.writeStartObject();
            json.writeNumberProperty("code", command.code());
            Fields fields = command.fields();
            if (fields.size() > 0 || command.isResponse()) {
                // Always in responses: the genuine producer dereferences it without looking.
                json.writeName("extFields");
                json.writeStartObject();
                for (int i = 0; i < fields.size(); i++) {
                    json.writeStringProperty(fields.name(i), fields.value(i));
                }
                json.writeEndObject();
            }
            json.writeNumberProperty("flag", command.flag());
            json.writeStringProperty("language", command.language().name());
            json.writeNumberProperty("opaque", command.opaque());
            if (command.remark() != null) {
                json.writeStringProperty("remark", command.remark());
            }
            json.writeStringProperty("serializeTypeCurrentRPC", "JSON");
            json.writeNumberProperty("version", command.version());
            json.writeEndObject();
        }
    }
}
