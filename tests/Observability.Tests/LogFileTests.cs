using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observability.Logging;

namespace Observability.Tests;

public sealed class LogFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-log-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "shop.log");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Every_line_is_in_the_file_as_JSON_with_the_trace_that_a_terminal_shows_shortened(string format)
    {
        await using var host = await StartAsync(("Logging:Format", format));
        using var span = new Activity("work").Start();

        Log(host).LogError(new InvalidOperationException("no stock"), "Broke {Number}", 7);

        await Eventually.PassesAsync(() =>
        {
            var line = Lines(Path).Single(line => line.GetProperty("message").GetString() == "Broke 7");
            line.GetProperty("trace_id").GetString().ShouldBe(span.TraceId.ToHexString());
            line.GetProperty("exception.stacktrace").GetString()!.ShouldContain("no stock");
            var shown = host.Log.Text;
            if (format == "text")
                shown.ShouldContain($" \e[36m{span.TraceId.ToHexString()[..8]}\e[0m \e[2mECommerce.Orders\e[0m Broke 7\n    System.InvalidOperationException: no stock");
            else
                shown.ShouldContain("\"exception.stacktrace\":\"System.InvalidOperationException: no stock");
        });
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_line_outside_of_a_trace_shows_none_in_a_terminal()
    {
        await using var host = await StartAsync(("Logging:Format", "text"));
        Activity.Current = null;

        Log(host).LogInformation("Alone");

        await Eventually.PassesAsync(() => host.Log.Text.ShouldContain("info\e[0m \e[2mECommerce.Orders\e[0m Alone\n"));
    }

    [Fact]
    public async Task A_completion_line_that_writes_itself_is_in_the_file_too()
    {
        await using var host = await StartAsync(("Logging:Format", "json"));

        await host.Client.GetAsync(new Uri("/nothing", UriKind.Relative));

        await Eventually.PassesAsync(() => Lines(Path).Select(line => line.GetProperty("message").GetString())
            .ShouldContain(message => message!.StartsWith("GET unmatched answered 404", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_would_outgrow_its_bound_is_moved_aside_and_no_line_is_lost()
    {
        await using var host = await StartAsync(("Logging:Format", "json"), ("Logging:FileBytes", "65536"));
        var text = new string('x', 1000);
        for (var i = 0; i < 80; i++)
        {
            Log(host).LogInformation("{Number} {Text}", i, text);
            if (i % 20 == 19)
                await Eventually.PassesAsync(() => Numbers().ShouldContain(i));
        }

        Numbers().Order().ShouldBe(Enumerable.Range(0, 80));
        new FileInfo(Path).Length.ShouldBeLessThan(65536);
        new FileInfo($"{Path}.1").Length.ShouldBeLessThanOrEqualTo(65536);

        IEnumerable<int> Numbers() => new[] { $"{Path}.1", Path }.Where(File.Exists).SelectMany(Lines)
            .Select(NumberOf).OfType<int>();
    }

    [Fact]
    public async Task A_file_that_somebody_deletes_is_made_again()
    {
        await using var host = await StartAsync();
        Log(host).LogInformation("First");
        await Eventually.PassesAsync(() => Lines(Path).ShouldContain(line => line.GetProperty("message").GetString() == "First"));
        File.Delete(Path);

        Log(host).LogInformation("Second");

        await Eventually.PassesAsync(() => Lines(Path).ShouldContain(line => line.GetProperty("message").GetString() == "Second"));
    }

    [Fact]
    public async Task Lines_that_the_file_does_not_take_are_counted_and_stdout_has_them()
    {
        await using var host = await StartAsync();
        Log(host).LogInformation("First");
        await Eventually.PassesAsync(() => Lines(Path).ShouldContain(line => line.GetProperty("message").GetString() == "First"));
        File.Delete(Path);
        Directory.CreateDirectory(Path);

        // The handle still leads to the deleted file, whose place somebody else has taken.
        Log(host).LogInformation("Second");

        await host.MetricBecomesAsync("telemetry_dropped_total{signal=\"logs\",reason=\"write_failed\"}", 1);
        host.Log.Text.ShouldContain("Second");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_a_wrong_setting()
    {
        foreach (var wrong in (string[])[_folder.FullName, System.IO.Path.Combine(_folder.FullName, "none", "shop.log"), "a\0b"])
        {
            List<ValidationResult> problems = [];
            var options = new LogOptions { File = wrong };
            Validator.TryValidateObject(options, new(options), problems, validateAllProperties: true).ShouldBeFalse(wrong);
            problems.ShouldHaveSingleItem().ErrorMessage!.ShouldStartWith("cannot be written: ");
        }
    }

    private Task<ObservedHost> StartAsync(params (string Key, string Value)[] settings) => ObservedHost.StartAsync(builder =>
    {
        foreach (var (key, value) in settings.Prepend(("Logging:File", Path)))
            builder.Configuration[key] = value;
    });

    private static ILogger Log(ObservedHost host) => host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ECommerce.Orders");

    private static int? NumberOf(JsonElement line) => line.TryGetProperty("number", out var number) ? number.GetInt32() : null;

    private static JsonElement[] Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        // The last one may not be whole yet.
        return [.. reader.ReadToEnd().Split('\n')[..^1].Select(line => JsonElement.Parse(line))];
    }
}
