using System.Text.Json;
using ECommerce.Fuzz.Judging;

namespace ECommerce.Fuzz;

/// <summary>What a run has seen. As JSON it has these members, in camelCase.</summary>
/// <param name="NeverTaken">Operations of the description that have not succeeded once.</param>
/// <param name="NeverRefused">Operations that can refuse and have not.</param>
/// <param name="Host">The host before and after; null when nobody could ask.</param>
internal sealed record Report(
    Uri Shop, int Seed, DateTimeOffset StartedAt, double Seconds, Figures Figures,
    IReadOnlyList<string> NeverTaken, IReadOnlyList<string> NeverRefused, HostFigures? Host, int LogLines, IReadOnlyList<string> Defects)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Report Of(
        Settings settings, Uri shop, DateTimeOffset startedAt, TimeSpan elapsed, Figures figures, Description description, Scrape? before, Scrape? after, LogMonitor? log) => new(
        shop, settings.Seed, startedAt, elapsed.TotalSeconds, figures,
        [.. description.Operations.Where(operation => !Has(figures, operation, 200, 300)).Select(operation => operation.Id)],
        [.. description.Operations.Where(operation => operation.CanRefuse && !Has(figures, operation, 400, 500)).Select(operation => operation.Id)],
        before is null || after is null ? null : new(before.MemoryMegabytes, after.MemoryMegabytes, before.Threads, after.Threads), log?.Lines ?? 0, log?.Defects ?? []);

    public Task WriteAsync(FileInfo file) => File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(this, Json));

    private static bool Has(Figures figures, Operation operation, int from, int to) =>
        figures.Answers.Any(answer => answer.Operation == operation.Id && answer.Class != "method" && answer.Status >= from && answer.Status < to);
}

internal sealed record HostFigures(double MemoryMegabytesBefore, double MemoryMegabytesAfter, double ThreadsBefore, double ThreadsAfter);
