package io.ternmq.interop.driver;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Runs commands of mqadmin, when its classes are on the class path, one at a time. */
final class AdminTool {
    private AdminTool() {}

    /** Returns all that the command printed, errors included. */
    static synchronized String run(String[] arguments) throws ReflectiveOperationException {
        Class<?> tool = Class.forName("org.apache.rocketmq.tools.command.MQAdminStartup");
        Method main = Arrays.stream(tool.getMethods())
                .filter(method -> method.getName().equals("main0"))
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException("main0"));
        forgetCommands(tool);
        PrintStream output = System.out;
        PrintStream errors = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(capture);
        System.setErr(capture);
        try {
            main.invoke(null, arguments, null);
        } finally {
            System.setOut(output);
            System.setErr(errors);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** The tool is made for one command in a process: commands keep their clients, and cannot be used again. It makes them anew. */
    private static void forgetCommands(Class<?> tool) throws ReflectiveOperationException {
        Field commands = tool.getDeclaredField("SUB_COMMANDS");
        commands.setAccessible(true);
        ((List<?>) commands.get(null)).clear();
    }
}
