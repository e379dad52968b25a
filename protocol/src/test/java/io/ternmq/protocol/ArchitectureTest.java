package io.ternmq.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ternmq.protocol");

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.ternmq.protocol.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void dependsOnBuffersAndJsonOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.ternmq.protocol..",
                        "java..",
                        "io.netty.buffer..",
                        "io.netty.util..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..",
                        "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void messagesAndFramesDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("io.ternmq.protocol.message..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.ternmq.protocol.frame..", "io.ternmq.protocol.header..", "io.ternmq.protocol.body..")
                .check(CLASSES);
    }

    @Test
    void staticsAreConstants() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }
}
