namespace ECommerce.Traffic;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Rate">Arrivals a second, on average.</param>
/// <param name="For">How long customers arrive; those inside then finish.</param>
/// <param name="Count">How many journeys arrive at most.</param>
/// <param name="Think">The mean of the pauses between two steps.</param>
/// <param name="InFlight">How many journeys may be under way at once; who comes then is turned away and counted.</param>
/// <param name="Customers">How many customers are registered before the first arrival, to be shared by all journeys.</param>
/// <param name="Mix">How often each journey is chosen, by its name.</param>
internal sealed record Settings(
    Uri Shop, int Seed, double Rate, TimeSpan For, int Count, TimeSpan Think, int InFlight, int Customers, IReadOnlyDictionary<string, double> Mix,
    Credentials? Admin, Objectives Objectives, FileInfo? Report, DirectoryInfo? Journal);

internal sealed record Credentials(string Email, string Password);

/// <param name="P95">Of all steps; null promises nothing.</param>
/// <param name="Errors">The share of requests that may end in a 5xx or without an answer, from 0 to 1; null promises nothing.</param>
internal sealed record Objectives(TimeSpan? P95, double? Errors);

/// <summary>What the exit code says.</summary>
internal static class ExitCode
{
    public const int Kept = 0;
    public const int ObjectiveBroken = 1;
    public const int WrongUsage = 2;

    /// <summary>There is no shop, or it lets nobody in.</summary>
    public const int NoShop = 3;
}
