-- What has become of local transactions, by the id of the message that belongs to each.
-- OUTCOME: C, written by the local transaction and so there if it has committed; A, abandoned: the broker was told of a rollback.
CREATE TABLE IF NOT EXISTS TERNMQ_TRANSACTION (
  MESSAGE_ID VARCHAR(255) NOT NULL,
  TOPIC VARCHAR(255) NOT NULL,
  OUTCOME CHAR(1) NOT NULL,
  CREATED_AT BIGINT NOT NULL,
  PRIMARY KEY (MESSAGE_ID)
);

CREATE INDEX IF NOT EXISTS TERNMQ_TRANSACTION_AGE ON TERNMQ_TRANSACTION (CREATED_AT);
