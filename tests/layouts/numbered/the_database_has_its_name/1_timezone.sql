alter database shop set timezone to 'Asia/Tokyo';
