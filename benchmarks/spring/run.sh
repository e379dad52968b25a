#!/usr/bin/env bash
# What the starter costs: `run.sh startup [rounds]` or `run.sh listener [JMH options]`, after `mvn -q -DskipTests package`.
# Everything is compiled against the jars of the orders sample, and of the benchmarks for JMH.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case "${1:-}" in startup | listener) what=$1; shift ;; *) sed -n 2,3p "$0"; exit 2 ;; esac

(cd "$work" && java -Djarmode=tools -jar "$root/samples/orders/target/orders.jar" extract --destination app >/dev/null)
# An empty application has none of what the sample adds.
rm -f "$work"/app/lib/{tomcat-*,spring-web*,spring-boot-*web*,spring-boot-tomcat*,h2-*,HikariCP-*,spring-jdbc-*,spring-boot-jdbc-*,spring-boot-*jdbc*}
libraries=$(printf '%s:' "$work"/app/lib/*.jar)
mkdir "$work/classes"
if [ "$what" = startup ]; then
  javac -proc:none -cp "$libraries" -d "$work/classes" "$here/StartupCost.java"
  java -cp "$work/classes:${libraries%:}" StartupCost "$@"
else
  jmh=$(printf '%s:' "$root"/benchmarks/target/lib/{jmh-*,jopt-simple-*,commons-math3-*}.jar)
  processor=$(find "${HOME}/.m2/repository/org/openjdk/jmh" -name 'jmh-generator-annprocess-*.jar' | sort | tail -1)
  javac -processorpath "$processor:$jmh" -cp "$libraries$jmh" -d "$work/classes" "$here/ListenerCallBenchmark.java"
  java -cp "$work/classes:$libraries${jmh%:}" org.openjdk.jmh.Main "$@"
fi
