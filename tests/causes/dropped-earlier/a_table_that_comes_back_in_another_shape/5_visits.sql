CREATE TABLE visits (page int, visits int);
