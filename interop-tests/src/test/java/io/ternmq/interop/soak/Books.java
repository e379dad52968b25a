package io.ternmq.interop.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All accounts of a soak. Thread safe. */
final class Books {
    /** Sent at once: with and without waiting, without answer, in batches. Tag and property {@code n} follow from the number. */
    final Account any;
    /** Sent to be delivered later. */
    final Account later;
    /** Sent with a transaction. */
    final Account transactions;
    /** Of these some fail at first, and some for ever. */
    final Account retries;
    /** Sent in order by our client. */
    final OrderedAccount ordered;
    /** Sent in order by the genuine client. */
    final OrderedAccount orderedByGenuine;

    private final ConcurrentLinkedQueue<String> tooEarly = new ConcurrentLinkedQueue<>();

    /** Topics have names that no other soak has. */
    Books(String prefix) {
        any = new Account(prefix + "_any");
        later = new Account(prefix + "_later");
        transactions = new Account(prefix + "_transactions");
        retries = new Account(prefix + "_retries");
        ordered = new OrderedAccount(prefix + "_ordered");
        orderedByGenuine = new OrderedAccount(prefix + "_ordered_by_genuine");
    }

    static String tag(int number) {
        return List.of("A", "B", "C").get(number % 3);
    }

    static int property(int number) {
        return number % 10;
    }

    /** Whether the message with this number fails whenever it is consumed. */
    static boolean isHopeless(int number) {
        return number % 10 == 7;
    }

    /** Whether the message with this number fails when it is consumed for the first time. */
    static boolean failsAtFirst(int number) {
        return number % 10 == 3;
    }

    List<String> topics() {
        List<String> topics = new ArrayList<>();
        accounts().forEach(account -> topics.add(account.topic()));
        orderedAccounts().forEach(account -> topics.add(account.topic()));
        return topics;
    }

    private List<Account> accounts() {
        return List.of(any, later, transactions, retries);
    }

    private List<OrderedAccount> orderedAccounts() {
        return List.of(ordered, orderedByGenuine);
    }

    /** A message to be delivered later has come. */
    void arrived(Receipts group, Texts text) {
        long early = text.value() - System.currentTimeMillis();
        if (early > 0) {
            tooEarly.add(group.name() + " got " + text.number() + " too early by " + early + " ms");
        }
        group.accept(text.number());
    }

    /** What must not be the case at any time. */
    List<String> violations() {
        List<String> violations = new ArrayList<>(tooEarly);
        for (Account account : accounts()) {
            for (Receipts group : account.receipts()) {
                if (!group.unwanted().isEmpty()) {
                    violations.add(group.name() + " got what it must not get: " + group.unwanted());
                }
            }
        }
        for (OrderedAccount account : orderedAccounts()) {
            for (Sequences group : account.groups()) {
                if (!group.leaps().isEmpty()) {
                    violations.add(group.name() + " got messages before their predecessors: " + group.leaps());
                }
            }
        }
        return violations;
    }

    /** What is promised and has not come yet. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Account account : accounts()) {
            for (Receipts group : account.receipts()) {
                if (!group.missing().isEmpty()) {
                    missing.add(group.name() + " lacks " + group.missing());
                }
            }
        }
        orderedAccounts().forEach(account -> missing.addAll(account.missing()));
        return missing;
    }

    /** Everything in figures. */
    String report() {
        List<String> lines = new ArrayList<>();
        for (Account account : accounts()) {
            lines.add(account.toString());
            account.receipts().forEach(group -> lines.add("  " + group));
        }
        for (OrderedAccount account : orderedAccounts()) {
            lines.add(account.toString());
            account.groups().forEach(group -> lines.add("  " + group));
        }
        return String.join("\n", lines);
    }

    void writeReport(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, report() + "\n");
    }
}
