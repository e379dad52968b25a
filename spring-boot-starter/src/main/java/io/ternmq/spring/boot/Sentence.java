package io.ternmq.spring.boot;

/** Gives the parts of an exception's message the form of a failure analysis. */
final class Sentence {

    private Sentence() {}

    static String of(String text) {
        String start = text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }
}
