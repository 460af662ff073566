namespace ECommerce.Benchmarks;

/// <summary>The options of the command line.</summary>
/// <param name="Rounds">How many rounds each program is measured in each scenario.</param>
/// <param name="Seconds">The length of a round; of the whole run for <c>retention</c>.</param>
/// <param name="Connections">Connections of the load generator.</param>
/// <param name="Scenario">A part of the names of the scenarios to run; all of them when empty.</param>
/// <param name="IsShort">Whether only the fully observed shop is compared, without the steps to it.</param>
/// <param name="Before">The folder of another build of this program, whose shop takes part as "before"; null for none.</param>
/// <param name="Requests">How many requests the shop answers while its memory is observed.</param>
/// <param name="Rate">How many orders arrive in a second while the latency of the topologies is measured.</param>
internal sealed record Settings(int Rounds, int Seconds, int Connections, string Scenario, bool IsShort, DirectoryInfo? Before, int Requests, int Rate);

/// <summary>What the exit code says, besides <see cref="Traffic.Invocation.Interrupted"/>.</summary>
internal static class ExitCode
{
    public const int Measured = 0;

    /// <summary>Requests were refused: the figures are not valid.</summary>
    public const int Refused = 1;

    /// <summary>An option is wrong, or a program does not start.</summary>
    public const int CouldNotRun = 2;
}

/// <summary>The benchmark itself failed; this says nothing about the shop.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
