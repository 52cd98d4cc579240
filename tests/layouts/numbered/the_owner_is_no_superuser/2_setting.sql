alter system set work_mem = '8MB';
