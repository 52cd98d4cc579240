--! Previous: sha1:d53757af11c395152a1c7fb8f7c65189fa07280f
--! Hash: sha1:69d30fc1af7e9e520adc4a0e4a49e5eeb66266b4

create table saucers (id bigint);
