create extension not_in_any_image;
