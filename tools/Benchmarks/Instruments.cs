using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using ECommerce.Modules;
using Observability;
using Observability.Metrics;

namespace ECommerce.Benchmarks;

/// <summary>Micro-benchmarks of single measurements and of a scrape.</summary>
internal static class Instruments
{
    private const int Series = 3000;
    private const int Scrapes = 200;
    private const int Records = 2_000_000;

    public static async Task RunAsync(Bench bench)
    {
        bench.Progress.Say($"Single measurements are timed.");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddObservability();
        builder.Services.AddSingleton<CommandMetrics>();
        (builder.Configuration["Logging:LogLevel:Default"], builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"]) = ("None", "None");
        await using var app = builder.Build();
        app.MapPrometheus();
        await app.StartAsync();

        var metrics = app.Services.GetRequiredService<MetricFamilies>();
        var meter = app.Services.GetRequiredService<CommandMetrics>().For("orders", "PlaceOrder", "command");
        Time("record a command", () => meter.Record(CommandOutcome.Ok, TimeSpan.FromMilliseconds(3)));
        var counter = metrics.Counter("bench_total", "Counts.", "of").With("things");
        Time("count", () => counter.Inc());

        for (var page = 0; page < Series / 1000; page++)
        {
            var gauge = metrics.Gauge($"bench_series_{page}", "Makes the page long.", "number");
            for (var number = 0; number < 1000; number++)
                gauge.With(number.ToString(CultureInfo.InvariantCulture)).Set(number);
        }
        await ScrapeAsync(new($"{app.Urls.Single()}/metrics"));
        await app.StopAsync();
    }

    private static void Time(string what, Action record)
    {
        for (var i = 0; i < Records / 10; i++)
            record();
        var (allocated, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Records; i++)
            record();
        var elapsed = Stopwatch.GetElapsedTime(started);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-28} {elapsed.TotalNanoseconds / Records,8:0} ns {(GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Records,8:0.##} bytes allocated"));
    }

    private static async Task ScrapeAsync(Uri page)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Accept = { MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0") } } };
        var length = 0;
        for (var i = 0; i < Scrapes / 4; i++)
            length = (await http.GetByteArrayAsync(page)).Length;
        List<double> times = [];
        for (var i = 0; i < Scrapes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await http.GetByteArrayAsync(page);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"scrape of {Series} series      {times[Scrapes / 2],8:0.0} ms {length,8} bytes; the slowest of {Scrapes} {times[^1]:0.0} ms"));
    }
}
