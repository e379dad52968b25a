package io.ternmq.spring.doctor;

/**
 * One answer to why a listener does not consume.
 *
 * @param cause what it is
 * @param explanation what was found, with its facts
 * @param remedy what to do; empty if there is nothing to do
 */
public record Finding(Cause cause, String explanation, String remedy) {

    @Override
    public String toString() {
        return cause + ": " + explanation + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
