package io.ternmq.client.internal.connection;

import io.netty.buffer.ByteBuf;
import io.ternmq.client.Credentials;
import io.ternmq.protocol.Fields;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests: the values of all fields, in the order of their names, and then the body, by HMAC-SHA1 with the secret
 * key. Immutable.
 */
final class RequestSigner {

    private static final String ALGORITHM = "HmacSHA1";

    private final Credentials credentials;
    private final SecretKeySpec key;

    RequestSigner(Credentials credentials) {
        this.credentials = credentials;
        this.key = new SecretKeySpec(credentials.secretKey().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    Fields sign(Fields fields, ByteBuf body) {
        Map<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < fields.size(); i++) {
            sorted.put(fields.name(i), fields.value(i));
        }
        sorted.put("AccessKey", credentials.accessKey());
        String securityToken = credentials.securityToken();
        if (securityToken != null) {
            sorted.put("SecurityToken", securityToken);
        }
        Fields.Builder signed = Fields.builder();
        StringBuilder content = new StringBuilder();
        sorted.forEach((name, value) -> {
            signed.put(name, value);
            content.append(value);
        });
        return signed.put("Signature", sign(content.toString(), body)).build();
    }

    private String sign(String content, ByteBuf body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(content.getBytes(StandardCharsets.UTF_8));
            mac.update(body.nioBuffer());
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
