package io.ternmq.protocol;

import java.util.Locale;

/** The language a peer says it is written in. The binary header carries the number, the JSON header the name. */
public enum Language {
    JAVA(0),
    CPP(1),
    DOTNET(2),
    PYTHON(3),
    DELPHI(4),
    ERLANG(5),
    RUBY(6),
    OTHER(7),
    HTTP(8),
    GO(9),
    PHP(10),
    OMS(11),
    RUST(12),
    NODE_JS(13);

    private static final Language[] VALUES = values();

    private final int number;

    Language(int number) {
        this.number = number;
    }

    /** Returns the code that the binary header carries. */
    public int number() {
        return number;
    }

    /** Returns the language of a binary header; an unknown code is {@link #OTHER}. */
    public static Language of(int code) {
        return code >= 0 && code < VALUES.length ? VALUES[code] : OTHER;
    }

    /** Returns the language of a JSON header; an unknown name is {@link #OTHER}. */
    public static Language of(String name) {
        String wanted = name.toUpperCase(Locale.ROOT);
        for (Language language : VALUES) {
            if (language.name().equals(wanted)) {
                return language;
            }
        }
        return OTHER;
    }
}
