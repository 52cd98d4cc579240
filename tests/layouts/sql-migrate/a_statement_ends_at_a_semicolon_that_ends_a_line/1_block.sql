-- +migrate Up
-- +migrate StatementBegin
do $$ begin
  perform 1;
end $$;
-- +migrate StatementEnd
