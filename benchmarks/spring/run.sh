#!/usr/bin/env bash
# What the starter costs: `run.sh startup [rounds [archived]]` or `run.sh listener [JMH options]`, after `mvn -q -DskipTests package`.
set -euo pipefail
target=$(cd "$(dirname "$0")" && pwd)/target
path="$target/ternmq-benchmarks-spring.jar:$(printf '%s:' "$target"/lib/*.jar)"
case "${1:-}" in
  startup) shift; exec java -cp "${path%:}" io.ternmq.benchmarks.spring.StartupCost "$@" ;;
  listener) shift; exec java -cp "${path%:}" org.openjdk.jmh.Main "$@" ;;
  *) sed -n 2p "$0"; exit 2 ;;
esac
