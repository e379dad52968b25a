package io.ternmq.samples.stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the pipeline. */
@SpringBootApplication
public class StreamApplication {

    /** The program. */
    public static void main(String[] args) {
        SpringApplication.run(StreamApplication.class, args);
    }
}
