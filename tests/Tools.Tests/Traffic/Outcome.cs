using System.Text.Json;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>One run of the program inside the test, and all that it left.</summary>
/// <param name="Writes">What the journal knows to be acknowledged.</param>
/// <param name="Sent">The requests that it knows of.</param>
internal sealed record Outcome(int ExitCode, string Output, string Error, JsonElement Report, IReadOnlyList<JsonElement> Writes, IReadOnlyList<JsonElement> Sent)
{
    public int Requests => Report.GetProperty("requests").GetInt32();

    public IReadOnlyList<JsonElement> Orders => [.. Writes.Where(line => line.GetProperty("what").GetString() == "order")];

    public JsonElement Latency => Report.GetProperty("latency");

    public JsonElement Operation(string name) =>
        Report.GetProperty("operations").EnumerateArray().Single(operation => operation.GetProperty("name").GetString() == name);

    /// <summary>With a seed of the test's own, so that it sees the same every day; what is given comes after that and wins.</summary>
    public static async Task<Outcome> OfAsync(Uri shop, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("ec-traffic-");
        try
        {
            var (report, journal) = (Path.Combine(folder.FullName, "report.json"), Path.Combine(folder.FullName, "journal"));
            var (screen, output, error) = (new StringWriter(), new StringWriter(), new StringWriter());
            var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(screen) });
            var exitCode = await CommandLine.RunAsync(
                ["--shop", shop.ToString(), "--seed", "7", "--customers", "2", "--report", report, "--journal", journal, .. options],
                console, output, error, CancellationToken.None);
            return new(exitCode, $"{screen}{output}", error.ToString(),
                File.Exists(report) ? JsonElement.Parse(await File.ReadAllBytesAsync(report)) : default,
                Lines(Path.Combine(journal, "traffic.writes.jsonl")), Lines(Path.Combine(journal, "traffic.requests.jsonl")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<JsonElement> Lines(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(line => JsonElement.Parse(line))] : [];
}
