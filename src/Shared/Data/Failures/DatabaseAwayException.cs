using ECommerce.Hosting;
using Npgsql;

namespace ECommerce.Data;

/// <summary>Thrown while the circuit is open: the server is known to be unavailable, and the call was not sent.</summary>
public sealed class DatabaseAwayException() : NpgsqlException("The database is away: the call was refused without asking it."), IAlreadyLogged;
