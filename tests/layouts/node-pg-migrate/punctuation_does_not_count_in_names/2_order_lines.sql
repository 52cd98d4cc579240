insert into steps (step) values ('order_lines');
