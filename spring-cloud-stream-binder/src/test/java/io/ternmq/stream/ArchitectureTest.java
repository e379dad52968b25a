package io.ternmq.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ternmq.stream");

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.ternmq.stream.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesUseOnlyThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("config")
                .definedBy("io.ternmq.stream.config..")
                .layer("binder")
                .definedBy("io.ternmq.stream")
                .layer("inbound")
                .definedBy("io.ternmq.stream.inbound..")
                .layer("outbound")
                .definedBy("io.ternmq.stream.outbound..")
                .layer("provisioning")
                .definedBy("io.ternmq.stream.provisioning..")
                .layer("headers")
                .definedBy("io.ternmq.stream.headers..")
                .layer("properties")
                .definedBy("io.ternmq.stream.properties..")
                .whereLayer("config")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("binder")
                .mayOnlyBeAccessedByLayers("config")
                .whereLayer("inbound")
                .mayOnlyBeAccessedByLayers("config", "binder")
                .whereLayer("outbound")
                .mayOnlyBeAccessedByLayers("config", "binder")
                .whereLayer("provisioning")
                .mayOnlyBeAccessedByLayers("config", "binder", "inbound")
                .whereLayer("headers")
                .mayOnlyBeAccessedByLayers("config", "binder", "inbound", "outbound")
                .check(CLASSES);
    }

    @Test
    void nothingLooksBehindTheClientsWall() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ternmq.client.internal..", "io.ternmq.protocol..", "io.ternmq.broker..")
                .check(CLASSES);
    }

    @Test
    void onlyTheConfigurationKnowsTheStartersBeans() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.ternmq.stream.config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ternmq.spring.boot..", "org.springframework.boot.autoconfigure..")
                .check(CLASSES);
    }

    @Test
    void staticsAreConstants() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }
}
