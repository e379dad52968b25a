package io.ternmq.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.ternmq.client.admin.AdminClient;
import org.junit.jupiter.api.Test;

/** The arrows of the layout, kept. */
class ArchitectureTest {

    private final JavaClasses classes = new ClassFileImporter()
            .importUrl(MQFactory.class.getProtectionDomain().getCodeSource().getLocation());

    /** The two places where the API makes its implementation. */
    private static final DescribedPredicate<JavaClass> ENTRY_POINTS = DescribedPredicate.describe(
            "entry points", type -> type.isEquivalentTo(MQFactory.class) || type.isEquivalentTo(AdminClient.class));

    @Test
    void layersLookDownOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("send")
                .definedBy("..internal.send..")
                .layer("receive")
                .definedBy("..internal.receive..")
                .layer("admin")
                .definedBy("..internal.admin..")
                .layer("codec")
                .definedBy("..internal.codec..")
                .layer("group")
                .definedBy("..internal.group..")
                .layer("trace")
                .definedBy("..internal.trace..")
                .layer("route")
                .definedBy("..internal.route..")
                .layer("connection")
                .definedBy("..internal.connection..")
                .whereLayer("send")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("receive")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("admin")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("codec")
                .mayOnlyBeAccessedByLayers("send", "receive", "admin")
                .whereLayer("group")
                .mayOnlyBeAccessedByLayers("send", "receive", "admin")
                .whereLayer("trace")
                .mayOnlyBeAccessedByLayers("send", "receive", "admin", "group")
                .whereLayer("route")
                .mayOnlyBeAccessedByLayers("send", "receive", "admin", "group", "trace")
                .whereLayer("connection")
                .mayOnlyBeAccessedByLayers("send", "receive", "admin", "group", "route", "trace")
                .check(classes);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("io.ternmq.client.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(ENTRY_POINTS, DescribedPredicate.alwaysTrue())
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.ternmq.client")
                .and(DescribedPredicate.not(ENTRY_POINTS))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ternmq.client.internal..", "io.ternmq.client.admin..")
                .check(classes);
    }

    @Test
    void onlyTheEntryPointsKnowTheImplementation() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..internal..")
                .and(DescribedPredicate.not(ENTRY_POINTS))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..internal..")
                .check(classes);
    }

    @Test
    void staticsDoNotChange() {
        fields().that().areStatic().should().beFinal().check(classes);
    }

    @Test
    void nobodyPrintsOrExits() {
        noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }

    @Test
    void theApiShowsNoSocketsAndNoWire() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..internal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.ternmq.protocol..", "tools.jackson..")
                .check(classes);
    }
}
