package io.ternmq.broker.transport;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes the TLS context of the server from files, or from a certificate that the JDK's own key tool signs with its own key. */
final class TlsContexts {
    private static final String STORE = "self-signed.p12";

    /** Protects nothing: file permissions do. The format wants one. */
    private static final String STORE_PASSWORD = "self-signed";

    private TlsContexts() {}

    /** Returns the context, or {@code null} where TLS is disabled. Blocks; the first self-signed certificate takes a second. */
    static @Nullable SslContext create(TlsConfig config) throws IOException {
        if (config.mode() == TlsConfig.Mode.DISABLED) {
            return null;
        }
        Path certificate = config.certificate();
        Path key = config.key();
        try {
            if (certificate != null && key != null) {
                return SslContextBuilder.forServer(certificate.toFile(), key.toFile(), config.keyPassword())
                        .build();
            }
            Path directory = config.selfSigned();
            if (directory == null) {
                throw new IOException("TLS is on without a certificate");
            }
            return SslContextBuilder.forServer(selfSigned(directory)).build();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(
                    "TLS certificate or key cannot be used: tls-cert=" + certificate + ", tls-key=" + key + ", reason="
                            + e.getMessage() + "; give a PEM certificate chain and a PKCS #8 private key in PEM",
                    e);
        }
    }

    private static KeyManagerFactory selfSigned(Path directory) throws IOException, GeneralSecurityException {
        Path store = directory.resolve(STORE);
        if (Files.notExists(store)) {
            Files.createDirectories(directory);
            generate(store);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD.toCharArray());
        return managers;
    }

    private static void generate(Path store) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = List.of(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "ternmq",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=ternmq",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD,
                "-keystore",
                store.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("self-signed certificate could not be made: file=" + store + ", keytool said: "
                        + said + "; give tls-cert and tls-key instead");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making a self-signed certificate: file=" + store, e);
        } finally {
            process.destroy();
        }
    }
}
