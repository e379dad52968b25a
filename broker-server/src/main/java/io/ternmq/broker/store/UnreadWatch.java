package io.ternmq.broker.store;

import java.util.List;

/** Asked before messages are deleted for their age or for room, so that nobody loses unread ones silently. For one thread. */
public interface UnreadWatch {
    /** Of a store whose readers nobody knows. */
    UnreadWatch NONE = new UnreadWatch() {
        @Override
        public boolean leaving(List<QueueSpan> spans, String reason) {
            return true;
        }

        @Override
        public void leavingSoon(List<QueueSpan> spans, String reason) {
            // Nobody to tell.
        }
    };

    /**
     * Messages are deleted when this returns.
     *
     * @param spans what goes, a span for each queue that loses messages
     * @param reason why
     * @return false to be asked again later, because it is not known yet who reads what
     */
    boolean leaving(List<QueueSpan> spans, String reason);

    /**
     * Messages will be deleted next, and before long. Told again every minute, with what is to go by then; with nothing once nothing is.
     */
    void leavingSoon(List<QueueSpan> spans, String reason);
}
