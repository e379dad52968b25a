package io.ternmq.broker.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of several cursors of one direction in their common order, identical ones once. Closes them with itself. */
final class MergingCursor implements Cursor {
    private final List<Cursor> cursors;
    private final int direction;
    private @Nullable Cursor next;

    private MergingCursor(List<? extends Cursor> cursors, int direction) {
        this.cursors = List.copyOf(cursors);
        this.direction = direction;
        choose();
    }

    static MergingCursor of(List<? extends Cursor> cursors, boolean ascending) {
        return new MergingCursor(cursors, ascending ? 1 : -1);
    }

    @Override
    public boolean exists() {
        return next != null;
    }

    @Override
    public long major() {
        return current().major();
    }

    @Override
    public long minor() {
        return current().minor();
    }

    @Override
    public long value() {
        return current().value();
    }

    @Override
    public void advance() throws IOException {
        Cursor current = current();
        long major = current.major();
        long minor = current.minor();
        long value = current.value();
        for (Cursor cursor : cursors) {
            while (cursor.exists() && cursor.major() == major && cursor.minor() == minor && cursor.value() == value) {
                cursor.advance();
            }
        }
        choose();
    }

    @Override
    public void close() throws IOException {
        for (Cursor cursor : cursors) {
            cursor.close();
        }
    }

    private Cursor current() {
        Cursor current = next;
        if (current == null) {
            throw new IllegalStateException("cursor stands on no entry");
        }
        return current;
    }

    private void choose() {
        Cursor best = null;
        for (Cursor cursor : cursors) {
            if (cursor.exists() && (best == null || Cursor.compare(cursor, best) * direction < 0)) {
                best = cursor;
            }
        }
        next = best;
    }
}
