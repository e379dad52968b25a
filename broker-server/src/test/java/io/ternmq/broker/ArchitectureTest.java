package io.ternmq.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rows of the layout: a package may use only packages in lower rows, and neighbours in a row do not know each other. */
class ArchitectureTest {
    private static final String ROOT = "io.ternmq.broker";

    private static final List<List<String>> ROWS = List.of(
            List.of(""),
            List.of("transport"),
            List.of(
                    "request.produce",
                    "request.consume",
                    "request.route",
                    "request.group",
                    "request.admin",
                    "request.transact"),
            List.of("request"),
            List.of("security"),
            List.of("schedule", "delivery", "transaction"),
            List.of("group", "query"),
            List.of("statistics"),
            List.of("filter"),
            List.of("store"),
            List.of("queue", "topic", "index"),
            List.of("log", "snapshot"),
            List.of("file"),
            List.of("base"));

    private static JavaClasses broker;

    @BeforeAll
    static void readClasses() {
        broker = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    @Test
    void packagesUseOnlyLowerRows() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        List<String> above = new ArrayList<>();
        for (List<String> row : ROWS) {
            for (String name : row) {
                layers = layers.layer(layer(name)).definedBy(name.isEmpty() ? ROOT : ROOT + "." + name);
            }
        }
        for (List<String> row : ROWS) {
            for (String name : row) {
                layers = above.isEmpty()
                        ? layers.whereLayer(layer(name)).mayNotBeAccessedByAnyLayer()
                        : layers.whereLayer(layer(name)).mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
            }
            row.forEach(name -> above.add(layer(name)));
        }
        layers.check(broker);
    }

    @Test
    void everyPackageHasItsRow() {
        String[] known = ROWS.stream()
                .flatMap(List::stream)
                .map(name -> name.isEmpty() ? ROOT : ROOT + "." + name)
                .toArray(String[]::new);
        classes().should().resideInAnyPackage(known).check(broker);
    }

    @Test
    void packagesFormNoCircles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(broker);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(broker);
    }

    @Test
    void onlyTheExecutableEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(ROOT + ".BrokerMain")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(broker);
    }

    @Test
    void onlyTheExecutableKnowsTheCommandLine() {
        noClasses()
                .that()
                .haveNameNotMatching(ROOT.replace(".", "\\.")
                        + "\\.(BrokerMain|BrokerOptions|OptionSources|VerifyStoreCommand|RebuildIndexCommand)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.yaml..")
                .check(broker);
    }

    @Test
    void theBrokerKnowsNeitherClientNorSpring() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.ternmq.client..", "io.ternmq.spring..", "org.springframework..")
                .check(broker);
    }

    private static String layer(String name) {
        return name.isEmpty() ? "broker" : name;
    }
}
