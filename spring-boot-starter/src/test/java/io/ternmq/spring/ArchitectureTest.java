package io.ternmq.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ternmq.spring");

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.ternmq.spring.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void packagesUseOnlyThoseBelowThem() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("boot")
                .definedBy("io.ternmq.spring.boot..")
                .layer("annotation")
                .definedBy("io.ternmq.spring.annotation..")
                .layer("config")
                .definedBy("io.ternmq.spring.config..")
                .layer("provisioning")
                .definedBy("io.ternmq.spring.provisioning..")
                .layer("doctor")
                .definedBy("io.ternmq.spring.doctor..")
                .layer("observation")
                .definedBy("io.ternmq.spring.observation..")
                .layer("listener")
                .definedBy("io.ternmq.spring.listener..")
                .layer("idempotent")
                .definedBy("io.ternmq.spring.idempotent..")
                .layer("transaction")
                .definedBy("io.ternmq.spring.transaction..")
                .layer("core")
                .definedBy("io.ternmq.spring.core..")
                .layer("support")
                .definedBy("io.ternmq.spring.support..")
                .whereLayer("boot")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("annotation")
                .mayOnlyBeAccessedByLayers("boot")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("boot", "annotation")
                .whereLayer("provisioning")
                .mayOnlyBeAccessedByLayers("boot")
                .whereLayer("doctor")
                .mayOnlyBeAccessedByLayers("boot")
                .whereLayer("observation")
                .mayOnlyBeAccessedByLayers("boot")
                .whereLayer("listener")
                .mayOnlyBeAccessedByLayers("boot", "annotation", "config", "observation", "idempotent", "doctor")
                .whereLayer("idempotent")
                .mayOnlyBeAccessedByLayers("boot")
                .whereLayer("transaction")
                .mayOnlyBeAccessedByLayers("boot", "idempotent")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers(
                        "boot",
                        "annotation",
                        "config",
                        "listener",
                        "observation",
                        "transaction",
                        "doctor",
                        "provisioning")
                .check(CLASSES);
    }

    @Test
    void onlyTheBootPackageKnowsSpringBootAndTheBroker() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.ternmq.spring.boot..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.boot..", "io.ternmq.broker..")
                .check(CLASSES);
    }

    @Test
    void nothingLooksBehindTheClientsWall() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ternmq.client.internal..", "io.ternmq.protocol..")
                .check(CLASSES);
    }

    @Test
    void autoConfigurationsArePublicAndFinal() {
        classes()
                .that()
                .areAnnotatedWith(AutoConfiguration.class)
                .should()
                .bePublic()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }

    @Test
    void staticsAreConstants() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }
}
