package io.ternmq.client;

import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Who a client is: the keys with which every request is signed. The secret never appears in {@link #toString()}. */
public record Credentials(
        String accessKey, String secretKey, @Nullable String securityToken) {

    public Credentials {
        if (accessKey.isBlank() || secretKey.isBlank()) {
            throw new MQClientException("credentials are incomplete: " + PropertyKeyConst.AccessKey + "=" + accessKey
                    + ", " + PropertyKeyConst.SecretKey + (secretKey.isBlank() ? " is empty" : " is set")
                    + "; give both keys, or none");
        }
    }

    public Credentials(String accessKey, String secretKey) {
        this(accessKey, secretKey, null);
    }

    /**
     * Reads {@link PropertyKeyConst#AccessKey}, {@link PropertyKeyConst#SecretKey} and {@link PropertyKeyConst#SecurityToken}.
     *
     * @throws MQClientException if one of the first two is missing
     */
    public static Credentials of(Properties properties) {
        Credentials credentials = PropertyReader.forClient(properties).credentials();
        return credentials == null ? new Credentials("", "") : credentials;
    }

    @Override
    public String toString() {
        return "Credentials[accessKey=" + accessKey + "]";
    }
}
