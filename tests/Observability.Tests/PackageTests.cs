using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using ECommerce.Testing.Otlp;

namespace Observability.Tests;

/// <summary>The package made of <c>src/Shared/Observability</c>, in an empty web application elsewhere that references nothing else.</summary>
[Trait("Category", "Running")]
public sealed class PackageTests : IAsyncLifetime
{
    private const string Package = "Observability";

    private EmptyWebApp _built = null!;

    public async Task InitializeAsync() => _built = await EmptyWebApp.BuildAsync(Package, "Observability");

    public Task DisposeAsync()
    {
        _built?.Delete();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_empty_web_application_with_two_more_lines_has_metrics_spans_and_log_lines()
    {
        ReadPackage(out var entries, out var nuspec);
        entries.ShouldContain("README.md");
        entries.ShouldContain("lib/net10.0/Observability.xml");
        nuspec["readme"].ShouldBe("README.md");
        nuspec["description"].ShouldContain("ASP.NET Core");

        await using var collector = await OtlpReceiver.StartAsync();
        await using var app = await _built.StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc), ("OTEL_BSP_SCHEDULE_DELAY", "100"));

        var answer = await app.Client.GetAsync("/");

        var traceId = answer.Headers.GetValues("X-Trace-Id").Single();
        await Eventually.PassesAsync(async () =>
            (await app.Client.GetStringAsync("/metrics")).ShouldContain("""http_requests_total{service="Tills",method="GET",path="/",status="200"} 1"""));
        (await app.Client.GetStringAsync("/metrics/runtime")).ShouldContain("dotnet_gc_collections_total");
        var span = await Eventually.PassesAsync(() => collector.Spans.Single(span => span.TraceId == traceId));
        (span.Name, span.Kind, span.Resource["service.name"]).ShouldBe(("GET /", ActivityKind.Server, "Tills"));
        var line = await Eventually.PassesAsync(() => LinesOf(app).Single(line => line.GetProperty("trace_id").GetString() == traceId));
        (line.GetProperty("event").GetString(), line.GetProperty("category").GetString(), line.GetProperty("module").GetString())
            .ShouldBe(("request.completed", "Tills.Observability.HttpTelemetry", "Tills"));
    }

    private void ReadPackage(out List<string> entries, out Dictionary<string, string> nuspec)
    {
        using var package = ZipFile.OpenRead(_built.PackageFile(Package));
        entries = [.. package.Entries.Select(entry => entry.FullName)];
        using var text = package.GetEntry($"{Package}.nuspec")!.Open();
        nuspec = XDocument.Load(text).Descendants().Where(element => !element.HasElements).GroupBy(element => element.Name.LocalName)
            .ToDictionary(group => group.Key, group => group.First().Value);
    }

    private static IEnumerable<JsonElement> LinesOf(ServerProcess app) =>
        from text in app.Written.Split('\n')
        where text.StartsWith('{')
        let line = JsonElement.Parse(text)
        where line.TryGetProperty("trace_id", out _)
        select line;
}
