package io.ternmq.spring.core;

/** Two listeners of an application claim the same group, or the same id. Names both. */
public final class DuplicateListenerException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    /**
     * Makes the exception.
     *
     * @param problem what collides with what
     * @param remedy what to change
     */
    public DuplicateListenerException(String problem, String remedy) {
        super(problem + "; " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What collides with what. */
    public String problem() {
        return problem;
    }

    /** What to change. */
    public String remedy() {
        return remedy;
    }
}
