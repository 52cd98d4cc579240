delete from cups where colour = 'blue';
