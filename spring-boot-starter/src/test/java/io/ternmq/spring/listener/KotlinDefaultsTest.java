package io.ternmq.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.JobKt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Functions with defaults, in their compiled form; what the language makes of them is shown by the sample for Kotlin. */
class KotlinDefaultsTest {

    @Test
    void functionThatReturnsNothingHasNoResultToSendOn() throws Exception {
        Method cancel = Job.class.getMethod("cancel", CancellationException.class);
        KotlinDefaults defaults = Objects.requireNonNull(KotlinDefaults.of(cancel), "its parameter has a default");
        Job job = JobKt.Job((Job) null);

        Object result = defaults.call(job, new @Nullable Object[] {new CancellationException()});

        assertThat(result).isNull();
        assertThat(job.isCancelled()).isTrue();
    }
}
