using System.Text.Json;

namespace ECommerce.Traffic;

/// <summary>What a run has seen. As JSON it has these members, in camelCase; times are in milliseconds where nothing else is said.</summary>
/// <param name="Requests">Of all operations, those before the first arrival included; the shop has counted the same number.</param>
/// <param name="Errors">How many of them ended in a 5xx or without an answer.</param>
/// <param name="Latency">Of the steps of all operations.</param>
internal sealed record Report(
    Uri Shop, int Seed, DateTimeOffset StartedAt, double Seconds, double Rate, JourneyFigures Journeys, int Requests, int Errors, Latency Latency,
    IReadOnlyList<OperationFigures> Operations, Business Business, IReadOnlyList<SlowStep> Slowest, IReadOnlyList<Objective> Objectives)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Report Of(Settings settings, DateTimeOffset startedAt, TimeSpan elapsed, Figures figures, Business business) => new(
        settings.Shop, settings.Seed, startedAt, elapsed.TotalSeconds, settings.Rate, figures.Journeys, figures.Requests, figures.Errors, figures.Latency,
        figures.Operations, business, figures.Slowest, [.. Hold(settings.Objectives, figures)]);

    public Task WriteAsync(FileInfo file) => File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(this, Json));

    // Where nothing was measured nothing is proved, so nothing is kept.
    private static IEnumerable<Objective> Hold(Objectives objectives, Figures figures)
    {
        if (objectives.P95 is { } p95)
            yield return new("p95", p95.TotalMilliseconds, figures.Latency.P95, figures.Latency.Steps > 0 && figures.Latency.P95 <= p95.TotalMilliseconds);
        if (objectives.Errors is { } share)
        {
            var measured = figures.Requests == 0 ? 0 : (double)figures.Errors / figures.Requests;
            yield return new("errors", share, measured, figures.Requests > 0 && measured <= share);
        }
    }
}

/// <param name="Name"><c>p95</c>, in milliseconds, or <c>errors</c>, a share from 0 to 1.</param>
internal sealed record Objective(string Name, double Limit, double Measured, bool Kept);
