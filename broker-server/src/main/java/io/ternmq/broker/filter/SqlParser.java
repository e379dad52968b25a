package io.ternmq.broker.filter;

import io.ternmq.broker.filter.Expression.Condition;
import io.ternmq.broker.filter.Expression.Numeric;
import io.ternmq.broker.filter.Expression.Operator;
import io.ternmq.broker.filter.Expression.Place;
import io.ternmq.broker.filter.Expression.Property;
import io.ternmq.broker.filter.SqlLexer.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression and checks it. For one expression, used once.
 *
 * <pre>
 *   or         = and { OR and }
 *   and        = equality { AND equality }
 *   equality   = comparison { ( = | &lt;&gt; ) comparison | IS [NOT] NULL }
 *   comparison = unary { ( &lt; | &lt;= | &gt; | &gt;= ) unary
 *                      | [NOT] BETWEEN unary AND unary
 *                      | [NOT] IN ( literal {, literal} )
 *                      | [NOT] ( CONTAINS | STARTSWITH | ENDSWITH ) text }
 *   unary      = ( NOT | + | - ) unary | primary
 *   primary    = ( or ) | name | text | number | TRUE | FALSE | NULL
 * </pre>
 */
final class SqlParser {
    /** The longest expression, in characters. */
    static final int MAX_LENGTH = 16 * 1024;

    /** How deep parentheses, NOT and signs may nest, and how many comparisons may follow each other without AND or OR. */
    static final int MAX_DEPTH = 64;

    private final String expression;
    private final SqlLexer tokens;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private int depth;

    SqlParser(String expression) throws FilterException {
        if (expression.length() > MAX_LENGTH) {
            throw FilterException.at(
                    MAX_LENGTH + 1,
                    "expression is too long: length=" + expression.length() + ", most=" + MAX_LENGTH,
                    expression);
        }
        this.expression = expression;
        this.tokens = new SqlLexer(expression);
    }

    /** Reads the whole expression. */
    Condition parse() throws FilterException {
        Token first = tokens.peek();
        Expression whole = or();
        if (tokens.peek().kind() != Token.Kind.END) {
            throw unexpected(tokens.peek(), "AND, OR or the end");
        }
        return condition(whole, first);
    }

    /** The names of the properties that the expression asks for, by their index. */
    byte[][] names() {
        return properties.keySet().stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    private Expression or() throws FilterException {
        Token first = tokens.peek();
        Expression left = and();
        if (!tokens.peek().is("OR")) {
            return left;
        }
        List<Condition> parts = new ArrayList<>();
        parts.add(condition(left, first));
        while (tokens.takeIf("OR")) {
            Token start = tokens.peek();
            parts.add(condition(and(), start));
        }
        return new Expression.Or(List.copyOf(parts));
    }

    private Expression and() throws FilterException {
        Token first = tokens.peek();
        Expression left = equality();
        if (!tokens.peek().is("AND")) {
            return left;
        }
        List<Condition> parts = new ArrayList<>();
        parts.add(condition(left, first));
        while (tokens.takeIf("AND")) {
            Token start = tokens.peek();
            parts.add(condition(equality(), start));
        }
        return new Expression.And(List.copyOf(parts));
    }

    private Expression equality() throws FilterException {
        Token first = tokens.peek();
        Expression left = comparison();
        for (int links = 0; ; links++) {
            checkDepth(links, tokens.peek());
            Token operator = tokens.peek();
            if (tokens.takeIf("=")) {
                left = equal(left, first, comparisonOperand(operator), operator);
            } else if (tokens.takeIf("<>")) {
                left = new Expression.Not(equal(left, first, comparisonOperand(operator), operator));
            } else if (tokens.takeIf("IS")) {
                boolean not = tokens.takeIf("NOT");
                expect("NULL");
                Condition missing = isNull(left);
                left = not ? new Expression.Not(missing) : missing;
            } else {
                return left;
            }
        }
    }

    private Expression comparisonOperand(Token operator) throws FilterException {
        if (tokens.peek().is("NULL")) {
            throw at(tokens.peek(), "NULL cannot be compared by " + operator + ", write IS NULL or IS NOT NULL");
        }
        return comparison();
    }

    private static Condition isNull(Expression operand) {
        if (operand instanceof Property property) {
            return new Expression.IsMissing(property);
        }
        if (operand instanceof Expression.Negated) {
            return new Expression.IsUnknown(
                    new Expression.Comparison((Numeric) operand, Operator.EQUAL, (Numeric) operand));
        }
        if (operand instanceof Condition condition) {
            return new Expression.IsUnknown(condition);
        }
        return new Expression.Known(Truth.of(operand instanceof Expression.Null));
    }

    private Condition equal(Expression left, Token first, Expression right, Token operator) throws FilterException {
        if (left instanceof Expression.Null) {
            throw at(first, "NULL cannot be compared by " + operator + ", write IS NULL or IS NOT NULL");
        }
        if (left instanceof Condition || right instanceof Condition) {
            return new Expression.SameTruth(truth(left, operator), truth(right, operator));
        }
        if (left instanceof Expression.Text && right instanceof Property) {
            return equal(right, first, left, operator);
        }
        if (left instanceof Property property && right instanceof Expression.Text text) {
            return new Expression.TextIn(property, List.of(text));
        }
        if (left instanceof Property property && right instanceof Property other) {
            return new Expression.SameText(property, other);
        }
        if (left instanceof Expression.Text text && right instanceof Expression.Text other) {
            return new Expression.Known(Truth.of(text.isSame(other)));
        }
        if (left instanceof Numeric number && right instanceof Numeric other) {
            return new Expression.Comparison(number, Operator.EQUAL, other);
        }
        throw at(operator, "text and number cannot be compared");
    }

    private Condition truth(Expression operand, Token operator) throws FilterException {
        if (operand instanceof Condition condition) {
            return condition;
        }
        if (operand instanceof Property property) {
            return new Expression.PropertyTruth(property);
        }
        throw at(operator, "a condition cannot be compared with a text or number");
    }

    private Expression comparison() throws FilterException {
        Token first = tokens.peek();
        Expression left = unary();
        for (int links = 0; ; links++) {
            checkDepth(links, tokens.peek());
            Operator operator = orderOperator(tokens.peek());
            if (operator != null) {
                tokens.take();
                left = new Expression.Comparison(numeric(left, first), operator, numericOperand());
                continue;
            }
            boolean not = tokens.takeIf("NOT");
            Condition test = test(left, first);
            if (test != null) {
                left = not ? new Expression.Not(test) : test;
            } else if (not) {
                throw unexpected(tokens.peek(), "BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH");
            } else {
                return left;
            }
        }
    }

    private @Nullable Condition test(Expression left, Token first) throws FilterException {
        if (tokens.takeIf("BETWEEN")) {
            return between(numeric(left, first));
        }
        if (tokens.takeIf("IN")) {
            return in(property(left, first));
        }
        if (tokens.takeIf("CONTAINS")) {
            return new Expression.TextMatch(property(left, first), Place.ANYWHERE, text());
        }
        if (tokens.takeIf("STARTSWITH")) {
            return new Expression.TextMatch(property(left, first), Place.START, text());
        }
        if (tokens.takeIf("ENDSWITH")) {
            return new Expression.TextMatch(property(left, first), Place.END, text());
        }
        return null;
    }

    private Condition between(Numeric operand) throws FilterException {
        Token start = tokens.peek();
        Numeric low = numericOperand();
        expect("AND");
        Numeric high = numericOperand();
        if (low instanceof Expression.Constant least
                && high instanceof Expression.Constant most
                && least.value().compareTo(most.value()) > 0) {
            throw at(start, "the first bound of BETWEEN is above the second");
        }
        return new Expression.Between(operand, low, high);
    }

    private Condition in(Property property) throws FilterException {
        expect("(");
        List<Expression.Text> texts = new ArrayList<>();
        List<SqlNumber> numbers = new ArrayList<>();
        do {
            Token token = tokens.peek();
            if (token.kind() == Token.Kind.TEXT) {
                texts.add(text());
            } else if (numericOperand() instanceof Expression.Constant constant) {
                numbers.add(constant.value());
            } else {
                throw unexpected(token, "a text or a number");
            }
            if (!texts.isEmpty() && !numbers.isEmpty()) {
                throw at(token, "texts and numbers cannot be mixed in one list");
            }
        } while (tokens.takeIf(","));
        expect(")");
        return numbers.isEmpty()
                ? new Expression.TextIn(property, List.copyOf(texts))
                : new Expression.NumberIn(property, List.copyOf(numbers));
    }

    private Expression unary() throws FilterException {
        Token operator = tokens.peek();
        if (!operator.is("NOT") && !operator.is("+") && !operator.is("-")) {
            return primary();
        }
        tokens.take();
        enter(operator);
        Token start = tokens.peek();
        Expression operand = unary();
        depth--;
        if (operator.is("NOT")) {
            if (!(operand instanceof Condition condition)) {
                throw at(start, "NOT needs a condition, write parentheses around it: NOT (a = 1)");
            }
            return new Expression.Not(condition);
        }
        Numeric number = numeric(operand, start);
        if (operator.is("+")) {
            return number;
        }
        return number instanceof Expression.Constant constant
                ? new Expression.Constant(constant.value().negate())
                : new Expression.Negated(number);
    }

    private Expression primary() throws FilterException {
        Token token = tokens.peek();
        Expression simple = simple(token);
        if (simple != null) {
            tokens.take();
            return simple;
        }
        if (!tokens.takeIf("(")) {
            throw unexpected(token, "a property, a text, a number, TRUE, FALSE, NOT or (");
        }
        enter(token);
        Expression inner = or();
        depth--;
        expect(")");
        return inner;
    }

    private @Nullable Expression simple(Token token) throws FilterException {
        return switch (token.kind()) {
            case NAME -> properties.computeIfAbsent(token.text(), name -> new Property(properties.size()));
            case TEXT -> new Expression.Text(token.text());
            case NUMBER -> new Expression.Constant(number(token));
            case WORD ->
                switch (token.text()) {
                    case "TRUE" -> new Expression.Known(Truth.TRUE);
                    case "FALSE" -> new Expression.Known(Truth.FALSE);
                    case "NULL" -> new Expression.Null();
                    default -> null;
                };
            default -> null;
        };
    }

    private SqlNumber number(Token token) throws FilterException {
        SqlNumber number = SqlNumber.parse(token.text());
        if (number == null || Double.isInfinite(number.real())) {
            throw at(token, "number is out of range");
        }
        return number;
    }

    private static @Nullable Operator orderOperator(Token token) {
        if (token.kind() != Token.Kind.SYMBOL) {
            return null;
        }
        return switch (token.text()) {
            case "<" -> Operator.LESS;
            case "<=" -> Operator.LESS_OR_EQUAL;
            case ">" -> Operator.GREATER;
            case ">=" -> Operator.GREATER_OR_EQUAL;
            default -> null;
        };
    }

    private Numeric numericOperand() throws FilterException {
        Token start = tokens.peek();
        return numeric(unary(), start);
    }

    private Numeric numeric(Expression operand, Token start) throws FilterException {
        if (operand instanceof Numeric number) {
            return number;
        }
        throw at(start, "a number or a property is needed here, texts and conditions have no order");
    }

    private Property property(Expression operand, Token start) throws FilterException {
        if (operand instanceof Property property) {
            return property;
        }
        throw at(start, "a property is needed here");
    }

    private Condition condition(Expression operand, Token start) throws FilterException {
        if (operand instanceof Condition condition) {
            return condition;
        }
        throw at(start, "a condition is needed here, such as a = 1");
    }

    private Expression.Text text() throws FilterException {
        Token token = tokens.take();
        if (token.kind() != Token.Kind.TEXT) {
            throw unexpected(token, "a text in single quotes");
        }
        return new Expression.Text(token.text());
    }

    private void expect(String wordOrSymbol) throws FilterException {
        if (!tokens.takeIf(wordOrSymbol)) {
            throw unexpected(tokens.peek(), wordOrSymbol);
        }
    }

    private void enter(Token token) throws FilterException {
        checkDepth(++depth, token);
    }

    private void checkDepth(int reached, Token token) throws FilterException {
        if (reached > MAX_DEPTH) {
            throw at(token, "expression is nested too deeply: most=" + MAX_DEPTH);
        }
    }

    private FilterException unexpected(Token found, String expected) {
        return at(found, "found=" + found + ", expected=" + expected);
    }

    private FilterException at(Token token, String problem) {
        return FilterException.at(token.position(), problem, expression);
    }
}
