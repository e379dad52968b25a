package io.ternmq.client.internal.group;

import java.util.Comparator;
import java.util.Map;

/** The stacks of all threads of this JVM, as text for a person. */
final class ThreadStacks {

    private ThreadStacks() {}

    static String text() {
        StringBuilder text = new StringBuilder(16 * 1024);
        Thread.getAllStackTraces().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Thread::getName)))
                .forEach(entry -> append(text, entry.getKey(), entry.getValue()));
        return text.toString();
    }

    private static void append(StringBuilder text, Thread thread, StackTraceElement[] stack) {
        text.append(thread.getName())
                .append("  TID: ")
                .append(thread.getId())
                .append(" STATE: ")
                .append(thread.getState())
                .append('\n');
        for (StackTraceElement element : stack) {
            text.append("        ").append(element).append('\n');
        }
        text.append('\n');
    }
}
