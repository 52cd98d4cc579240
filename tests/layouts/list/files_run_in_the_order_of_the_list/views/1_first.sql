create view first_steps as select * from steps;
