package io.ternmq.interop.driver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Runs a genuine client until standard input ends. Standard output carries lines only; whatever a library prints goes to standard
 * error, and the process ends with its input, so that none outlives the test that started it.
 */
public final class DriverMain {
    private DriverMain() {}

    /** Takes no arguments. */
    public static void main(String[] args) throws IOException {
        PrintStream lines = System.out;
        System.setOut(System.err);
        Object turn = new Object();
        Consumer<Line> output = line -> {
            synchronized (turn) {
                lines.print(line.text() + "\n");
                lines.flush();
            }
        };

        Driver driver = new Driver(output);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        output.accept(Line.of("ready").build());
        for (String text = input.readLine(); text != null; text = input.readLine()) {
            driver.accept(Line.parse(text));
        }
        // The clients' own threads are not all daemons.
        Runtime.getRuntime().halt(0);
    }
}
