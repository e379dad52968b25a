package io.ternmq.spring.transaction;

import io.ternmq.client.ClientConfig;
import io.ternmq.client.LocalTransactionChecker;
import io.ternmq.client.MQFactory;
import io.ternmq.client.ProducerConfig;
import io.ternmq.client.TransactionProducer;
import io.ternmq.spring.support.MessageMapper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.DefaultTransactionStatus;
import tools.jackson.databind.json.JsonMapper;

/** A process that takes an order in a transaction, publishes it, in one of two ways, and dies at a given point of that. */
public final class CrashingShop {

    /** Exit code of a process that has died where it should. */
    static final int DIED = 42;

    /** How order and message come into one transaction. */
    enum Way {
        /** The message comes first, its template begins the transaction. */
        SEND_IN_TRANSACTION,
        /** A {@code @Transactional} method publishes when its work is done. */
        PUBLISH
    }

    /** Where it dies. What comes between begin and commit comes in another order where a method publishes: work, half, record. */
    enum Point {
        BEFORE_HALF,
        AFTER_HALF,
        AFTER_BEGIN,
        AFTER_RECORD,
        AFTER_WORK,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        BEFORE_END,
        AFTER_END;

        /** Whether the order is in the database then. */
        boolean committed() {
            return compareTo(AFTER_COMMIT) >= 0;
        }
    }

    private CrashingShop() {}

    /** The arguments: database, name server, topic, group, order, way, point. */
    public static void main(String[] args) {
        Way way = Way.valueOf(args[5]);
        Point point = Point.valueOf(args[6]);
        DataSource dataSource = new DriverManagerDataSource(args[0]);
        PlatformTransactionManager manager = new DyingTransactionManager(dataSource, point);
        Desk desk = new OrderDesk(
                new JdbcTemplate(dataSource), template(dataSource, manager, args[1], args[3], point), point);
        if (way == Way.PUBLISH) {
            ProxyFactory proxy = new ProxyFactory(desk);
            proxy.addAdvice(new TransactionInterceptor(
                    (TransactionManager) manager, new AnnotationTransactionAttributeSource()));
            ((Desk) proxy.getProxy()).place(args[2], args[4]);
        } else {
            desk.sendThenPlace(args[2], args[4]);
        }
    }

    /** Takes orders. */
    interface Desk {

        void place(String topic, String order);

        void sendThenPlace(String topic, String order);
    }

    record OrderDesk(JdbcTemplate jdbc, TransactionMessageTemplate messages, Point point) implements Desk {

        @Override
        @Transactional
        public void place(String topic, String order) {
            insert(order);
            messages.publish(topic, order);
            die(point, Point.AFTER_RECORD);
        }

        @Override
        public void sendThenPlace(String topic, String order) {
            die(point, Point.BEFORE_HALF);
            messages.sendInTransaction(topic, order, status -> {
                die(point, Point.AFTER_RECORD);
                insert(order);
                return "";
            });
        }

        private void insert(String order) {
            jdbc.update("INSERT INTO ORDERS VALUES (?)", order);
            die(point, Point.AFTER_WORK);
        }
    }

    /** What the one that answers for the process later has. */
    static TransactionMessageTemplate template(DataSource dataSource, String nameServer, String group) {
        return template(dataSource, new DataSourceTransactionManager(dataSource), nameServer, group, Point.BEFORE_HALF);
    }

    private static TransactionMessageTemplate template(
            DataSource dataSource, PlatformTransactionManager manager, String nameServer, String group, Point point) {
        return new TransactionTemplates(
                        (name, checker) -> producer(nameServer, name, checker, point),
                        MessageMapper.json(JsonMapper.builder().build()),
                        List.of(),
                        List.of(),
                        () -> new JdbcTransactionRecords(
                                dataSource, Duration.ofMillis(1), Duration.ofDays(7), InstantSource.system()),
                        manager)
                .create(group);
    }

    private static TransactionProducer producer(
            String nameServer, String group, LocalTransactionChecker checker, Point point) {
        TransactionProducer real = MQFactory.createTransactionProducer(
                ProducerConfig.builder(ClientConfig.builder(nameServer).build(), group)
                        .build(),
                checker);
        real.start();
        return dying(TransactionProducer.class, real, point);
    }

    /** Dies after a half message, and before and after its end. */
    private static <T> T dying(Class<T> type, T real, Point point) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getName().equals("end")) {
                die(point, Point.BEFORE_END);
            }
            Object result;
            try {
                result = method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (method.getName().equals("end")) {
                die(point, Point.AFTER_END);
            }
            if (result instanceof TransactionProducer.Pending half) {
                die(point, Point.AFTER_HALF);
                return dying(TransactionProducer.Pending.class, half, point);
            }
            return result;
        });
        return type.cast(proxy);
    }

    private static void die(Point wanted, Point here) {
        if (wanted == here) {
            Runtime.getRuntime().halt(DIED);
        }
    }

    /** Dies after the begin, and around the commit. */
    private static final class DyingTransactionManager extends DataSourceTransactionManager {

        private static final long serialVersionUID = 1L;

        private final Point point;

        DyingTransactionManager(DataSource dataSource, Point point) {
            super(dataSource);
            this.point = point;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            super.doBegin(transaction, definition);
            die(point, Point.AFTER_BEGIN);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            die(point, Point.BEFORE_COMMIT);
            super.doCommit(status);
            die(point, Point.AFTER_COMMIT);
        }
    }
}
