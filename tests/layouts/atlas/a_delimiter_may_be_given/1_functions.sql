-- atlas:delimiter -- end
create function one() returns integer language sql return 1
-- end
create function two() returns integer language sql begin atomic select 1; select 2; end;
-- end
