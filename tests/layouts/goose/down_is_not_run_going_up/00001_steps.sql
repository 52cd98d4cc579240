-- Two tables, one of them for good.
-- +goose Up
create table steps (name text);
insert into steps values ('up; -- still up');

-- +goose StatementBegin
create function doubled(number integer) returns integer language plpgsql as $$
begin
  number := number * 2;
  return number;
end;
$$;
-- +goose StatementEnd

-- +goose Down
drop function doubled(integer);
drop table steps;
