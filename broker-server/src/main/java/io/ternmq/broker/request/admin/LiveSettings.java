package io.ternmq.broker.request.admin;

import io.ternmq.broker.store.MessageStore;
import io.ternmq.protocol.CommandException;
import io.ternmq.protocol.ResponseCode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of the broker, some of which an operator may change while it runs: how long messages are kept, and the used share of the volume above
 * which sends are refused. A change lasts until the broker stops. Names of genuine brokers are understood for them too. Thread safe.
 */
public final class LiveSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);
    private static final String RETENTION = "retention";
    private static final String RETENTION_HOURS = "fileReservedTime";
    private static final String DISK_SHARE = "disk-share";
    private static final String DISK_RATIO = "diskMaxUsedSpaceRatio";
    private static final Set<String> CHANGEABLE = Set.of(RETENTION, RETENTION_HOURS, DISK_SHARE, DISK_RATIO);

    private final MessageStore store;
    private final Map<String, String> settings;
    private Duration retention;
    private int diskShare;

    /** Takes the settings that the broker was started with, as texts by name, and those that may change as values. */
    public LiveSettings(Map<String, String> started, Duration retention, int diskShare, MessageStore store) {
        this.settings = new TreeMap<>(started);
        this.retention = retention;
        this.diskShare = diskShare;
        this.store = store;
        describe();
    }

    /** Returns all settings as they are now. */
    public synchronized Map<String, String> current() {
        return new TreeMap<>(settings);
    }

    /**
     * Changes settings, all of them or none.
     *
     * @throws CommandException if one of them does not exist, needs a restart, or has a value that is not allowed
     */
    public synchronized void change(Map<String, String> wanted, Object by) throws CommandException {
        Duration newRetention = retention;
        int newShare = diskShare;
        for (Map.Entry<String, String> setting : new TreeMap<>(wanted).entrySet()) {
            String name = setting.getKey();
            String value = setting.getValue().trim();
            switch (name) {
                case RETENTION -> newRetention = duration(name, value);
                case RETENTION_HOURS -> newRetention = Duration.ofHours(number(name, value, 1, 24 * 3660));
                case DISK_SHARE, DISK_RATIO -> newShare = number(name, value, 5, 99);
                default -> throw unchangeable(name, value);
            }
        }
        store.keep(newRetention, newShare);
        retention = newRetention;
        diskShare = newShare;
        describe();
        LOG.info("settings were changed: settings={}, by={}", wanted, by);
    }

    private void describe() {
        settings.put(RETENTION, retention.toString());
        settings.put(RETENTION_HOURS, Long.toString(retention.toHours()));
        settings.put(DISK_SHARE, Integer.toString(diskShare));
        settings.put(DISK_RATIO, Integer.toString(diskShare));
    }

    private CommandException unchangeable(String name, String value) {
        String reason = settings.containsKey(name)
                ? "setting cannot be changed while the broker runs: "
                : "setting does not exist: ";
        return new CommandException(
                ResponseCode.INVALID_PARAMETER,
                reason + "name=" + name + ", value=" + value + "; what can be changed: " + new TreeSet<>(CHANGEABLE));
    }

    private static Duration duration(String name, String value) throws CommandException {
        try {
            String iso = value.matches("\\d+[smhSMH]") ? "PT" + value : value.matches("\\d+[dD]") ? "P" + value : value;
            Duration duration = Duration.parse(iso);
            if (duration.isZero() || duration.isNegative()) {
                throw illegal(name, value, "a positive duration such as 72h");
            }
            return duration;
        } catch (DateTimeParseException e) {
            throw illegal(name, value, "a positive duration such as 72h");
        }
    }

    private static int number(String name, String value, int least, int most) throws CommandException {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw illegal(name, value, least + " to " + most);
    }

    private static CommandException illegal(String name, String value, String allowed) {
        return new CommandException(
                ResponseCode.INVALID_PARAMETER,
                "setting is not allowed: name=" + name + ", value=" + value + "; use " + allowed);
    }
}
