create table orders (
  id     varchar(36)    primary key,
  item   varchar(200)   not null,
  amount decimal(12, 2) not null,
  status varchar(16)    not null,
  placed timestamp(9)   not null default current_timestamp(9)
);

-- What analytics has counted: a row for each thing that happened to an order.
create table order_events (
  tag      varchar(16) not null,
  order_id varchar(36) not null,
  primary key (tag, order_id)
);

-- What has happened to an order, step by step.
create table order_history (
  step     bigint      generated always as identity primary key,
  order_id varchar(36) not null,
  status   varchar(16) not null
);
