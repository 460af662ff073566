using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;

// A host for EmbeddedPostgres/PostgresClusterTests.cs to kill: it starts a cluster in the folder given, says the server's process id, and waits.
await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterSettings(args[0]), NullLogger.Instance, CancellationToken.None);
Console.WriteLine(cluster.ProcessId);
await Task.Delay(Timeout.Infinite);
