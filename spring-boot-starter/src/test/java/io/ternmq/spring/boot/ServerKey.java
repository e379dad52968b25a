package io.ternmq.spring.boot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A server's key and its certificate, which it has signed itself, in the files that administrators have.
 *
 * @param certificate in PEM
 * @param key in PEM (PKCS #8)
 * @param trustStore holds the certificate in PKCS12, with {@link #PASSWORD}
 */
record ServerKey(Path certificate, Path key, Path trustStore) {

    static final String PASSWORD = "change-it";

    /** Makes a key of its own in the folder; {@code names} is what the certificate is for, such as {@code ip:127.0.0.1}. */
    static ServerKey make(Path folder, String names)
            throws IOException, GeneralSecurityException, InterruptedException {
        Files.createDirectories(folder);
        Path store = folder.resolve("key.p12");
        generate(folder, store, names);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Certificate certificate = keys.getCertificate("server");
        byte[] key = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
        return new ServerKey(
                pem(folder.resolve("server.crt"), "CERTIFICATE", certificate.getEncoded()),
                pem(folder.resolve("server.key"), "PRIVATE KEY", key),
                trusting(folder.resolve("trust.p12"), certificate));
    }

    /** The key tool of the JDK is the one way to a certificate that needs no library. */
    private static void generate(Path folder, Path store, String names) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + folder.getFileName(),
                        "-ext",
                        "san=" + names,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()))
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as("keytool said: %s", said).isZero();
        }
    }

    private static Path pem(Path file, String what, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n", US_ASCII);
    }

    private static Path trusting(Path file, Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return file;
    }
}
