package io.ternmq.broker.filter;

import java.util.Locale;
import java.util.Set;

/** Cuts an expression into tokens, leaving out blanks and comments. One token is looked at before it is taken. */
final class SqlLexer {
    private static final Set<String> WORDS = Set.of(
            "AND", "OR", "NOT", "BETWEEN", "IN", "IS", "NULL", "TRUE", "FALSE", "CONTAINS", "STARTSWITH", "ENDSWITH");

    private final String expression;
    private int at;
    private Token next;

    SqlLexer(String expression) throws FilterException {
        this.expression = expression;
        this.next = read();
    }

    /** The token that comes next. */
    Token peek() {
        return next;
    }

    /** Takes the token that comes next. */
    Token take() throws FilterException {
        Token taken = next;
        next = read();
        return taken;
    }

    /** Takes the token that comes next if it is this word or symbol. */
    boolean takeIf(String wordOrSymbol) throws FilterException {
        if (!next.is(wordOrSymbol)) {
            return false;
        }
        take();
        return true;
    }

    private Token read() throws FilterException {
        skipBlanksAndComments();
        int start = at;
        if (start == expression.length()) {
            return new Token(Token.Kind.END, "", start + 1);
        }
        char c = expression.charAt(start);
        if (c == '\'') {
            return text(start);
        }
        if (isDigit(c) || (c == '.' && isDigit(charAt(start + 1)))) {
            return number(start);
        }
        if (isNameStart(c)) {
            while (isNameStart(charAt(at)) || isDigit(charAt(at))) {
                at++;
            }
            String name = expression.substring(start, at);
            String word = name.toUpperCase(Locale.ROOT);
            return WORDS.contains(word)
                    ? new Token(Token.Kind.WORD, word, start + 1)
                    : new Token(Token.Kind.NAME, name, start + 1);
        }
        return symbol(c, start);
    }

    private Token symbol(char c, int start) throws FilterException {
        char second = charAt(start + 1);
        boolean two = (c == '<' && (second == '>' || second == '=')) || (c == '>' && second == '=');
        if (!two && "=<>(),+-".indexOf(c) < 0) {
            throw FilterException.at(start + 1, "unexpected character='" + c + "'", expression);
        }
        at = start + (two ? 2 : 1);
        return new Token(Token.Kind.SYMBOL, expression.substring(start, at), start + 1);
    }

    private void skipBlanksAndComments() throws FilterException {
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '-' && charAt(at + 1) == '-') {
                while (at < expression.length() && expression.charAt(at) != '\n') {
                    at++;
                }
            } else if (c == '/' && charAt(at + 1) == '*') {
                int end = expression.indexOf("*/", at + 2);
                if (end < 0) {
                    throw FilterException.at(at + 1, "comment is not closed", expression);
                }
                at = end + 2;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at++;
            } else {
                return;
            }
        }
    }

    private Token text(int start) throws FilterException {
        StringBuilder value = new StringBuilder();
        int from = start + 1;
        while (true) {
            int quote = expression.indexOf('\'', from);
            if (quote < 0) {
                throw FilterException.at(start + 1, "text is not closed by a quote", expression);
            }
            value.append(expression, from, quote);
            at = quote + 1;
            if (charAt(at) != '\'') {
                return new Token(Token.Kind.TEXT, value.toString(), start + 1);
            }
            value.append('\'');
            from = at + 1;
        }
    }

    private Token number(int start) throws FilterException {
        skipDigits();
        boolean whole = true;
        if (charAt(at) == '.') {
            whole = false;
            at++;
            skipDigits();
        }
        if (charAt(at) == 'e' || charAt(at) == 'E') {
            int sign = charAt(at + 1) == '+' || charAt(at + 1) == '-' ? 1 : 0;
            if (isDigit(charAt(at + 1 + sign))) {
                whole = false;
                at += 1 + sign;
                skipDigits();
            }
        }
        Token token = new Token(Token.Kind.NUMBER, expression.substring(start, at), start + 1);
        if (whole && (charAt(at) == 'L' || charAt(at) == 'l')) {
            at++;
        }
        if (isNameStart(charAt(at)) || charAt(at) == '.') {
            throw FilterException.at(start + 1, "number is malformed", expression);
        }
        return token;
    }

    private void skipDigits() {
        while (isDigit(charAt(at))) {
            at++;
        }
    }

    private char charAt(int index) {
        return index < expression.length() ? expression.charAt(index) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    }

    /**
     * A word of an expression.
     *
     * @param text a word of the language in upper case, a name, a symbol, or the value of a text or number
     * @param position where it starts, from 1
     */
    record Token(Kind kind, String text, int position) {
        boolean is(String wordOrSymbol) {
            return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(wordOrSymbol);
        }

        @Override
        public String toString() {
            return switch (kind) {
                case END -> "end";
                case TEXT -> "'" + (text.length() <= 32 ? text : text.substring(0, 32) + "...") + "'";
                default -> text.length() <= 32 ? text : text.substring(0, 32) + "...";
            };
        }

        /** What a token is. */
        enum Kind {
            WORD,
            NAME,
            TEXT,
            NUMBER,
            SYMBOL,
            END
        }
    }
}
