call note();
