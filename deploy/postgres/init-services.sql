-- Makes a login and a database for each module, after init.sql, once, when PostgreSQL's volume is empty: the topology `services`.
\set ON_ERROR_STOP on
\set users_password `cat "$USERS_DB_PASSWORD_FILE"`
\set products_password `cat "$PRODUCTS_DB_PASSWORD_FILE"`
\set orders_password `cat "$ORDERS_DB_PASSWORD_FILE"`
SELECT 1 / length(:'users_password'), 1 / length(:'products_password'), 1 / length(:'orders_password');

-- The host makes the role of its module, which has the module's name, and becomes it: the login has another one.
CREATE ROLE shop_users LOGIN CREATEROLE PASSWORD :'users_password';
CREATE DATABASE users OWNER shop_users;
CREATE ROLE shop_products LOGIN CREATEROLE PASSWORD :'products_password';
CREATE DATABASE products OWNER shop_products;
CREATE ROLE shop_orders LOGIN CREATEROLE PASSWORD :'orders_password';
CREATE DATABASE orders OWNER shop_orders;

REVOKE ALL ON DATABASE users, products, orders FROM PUBLIC;
GRANT CONNECT ON DATABASE users, products, orders TO exporter;
-- The DETAIL of an error quotes rows; the server's log is not to hold any.
ALTER DATABASE users SET log_error_verbosity = 'terse';
ALTER DATABASE products SET log_error_verbosity = 'terse';
ALTER DATABASE orders SET log_error_verbosity = 'terse';
