-- +goose Up
-- +goose StatementBegin
do $$ begin
  perform 1;
end $$;
-- +goose StatementEnd
