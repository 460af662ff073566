-- Makes the logins of the shop and of the exporter, once, when PostgreSQL's volume is empty. Their passwords come from files.
\set ON_ERROR_STOP on
\set shop_password `cat "$SHOP_DB_PASSWORD_FILE"`
\set exporter_password `cat "$EXPORTER_DB_PASSWORD_FILE"`
-- A file that is missing or empty ends this here: an empty password would be none.
SELECT 1 / length(:'shop_password'), 1 / length(:'exporter_password');

-- The host makes a role for each of its modules, and becomes it. It is no superuser, and makes no databases.
CREATE ROLE shop LOGIN CREATEROLE PASSWORD :'shop_password';
CREATE DATABASE ecommerce OWNER shop;
REVOKE ALL ON DATABASE ecommerce FROM PUBLIC;
-- The DETAIL of an error quotes rows, an e-mail among them; the server's log is not to hold any.
ALTER DATABASE ecommerce SET log_error_verbosity = 'terse';

-- Sees statistics, and no row of any table.
CREATE ROLE exporter LOGIN PASSWORD :'exporter_password';
GRANT pg_monitor TO exporter;
GRANT CONNECT ON DATABASE ecommerce TO exporter;
