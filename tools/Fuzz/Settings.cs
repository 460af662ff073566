namespace ECommerce.Fuzz;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Requests">How many are sent, after those that prepare.</param>
/// <param name="Only">The number of the one request to send; null sends all.</param>
/// <param name="Target">The shop; null starts one for the run.</param>
/// <param name="Management">The operators' listener of that shop; null leaves out what is only known there.</param>
internal sealed record Settings(
    int Seed, int Requests, int? Only, int Concurrency, Uri? Target, Uri? Management, string AdminEmail, string AdminPassword, string ManagementKey, FileInfo? Report);

/// <summary>What the exit code says.</summary>
internal static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;

    /// <summary>An option is wrong, or there is no shop.</summary>
    public const int CouldNotRun = 2;
}
