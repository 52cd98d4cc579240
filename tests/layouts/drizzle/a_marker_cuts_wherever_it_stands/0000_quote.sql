SELECT 'a --> statement-breakpoint b';
