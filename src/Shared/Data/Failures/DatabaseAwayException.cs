using ECommerce.Hosting;
using Npgsql;

namespace ECommerce.Data;

/// <summary>The circuit is open: the server is known to be away, and nothing was sent to it.</summary>
public sealed class DatabaseAwayException() : NpgsqlException("The database is away: the call was refused without asking it."), IAlreadyLogged;
