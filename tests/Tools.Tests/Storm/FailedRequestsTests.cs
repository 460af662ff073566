using System.Text.Json;
using ECommerce.Storm;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>What a storm makes of requests that failed: a restart of one host after another, and an upgrade, may fail none.</summary>
public sealed class FailedRequestsTests : IDisposable
{
    private static readonly DateTimeOffset Began = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-journal-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_failed_request_belongs_to_the_trouble_that_it_met()
    {
        Sent((5, 200, null), (9, 0, "ResponseEnded"), (12, 503, null), (21, 500, null), (31, 502, null), (33, 404, null), (35, 0, "CutOff"));

        var failed = FailedRequests.Read(_folder, [Trouble(10, 20), Trouble(30, 40)]);

        failed.During.ShouldBe([2, 1], "The first began before its trouble and ended in it.");
        failed.Between.ShouldBe(1);
    }

    [Fact]
    public void A_request_that_met_a_roll_and_the_kill_after_it_belongs_to_the_kill()
    {
        Sent((20, 503, null));

        FailedRequests.Read(_folder, [Trouble(10, 20, isSeamless: true), Trouble(21, 30)]).During.ShouldBe([0, 1]);
    }

    [Theory]
    [InlineData(false, false, 1, 1, 0)]
    [InlineData(true, false, 0, 1, 0)]
    [InlineData(true, false, 1, 0, 1)]
    [InlineData(true, true, 0, 0, 0)]
    [InlineData(false, true, 1, 0, 0)]
    [InlineData(false, true, 0, 1, 1)]
    public void A_roll_or_an_upgrade_that_fails_a_request_fails_the_storm(bool isSeamless, bool isUpgrade, int during, int between, int exitCode)
    {
        var settings = new Settings(StormTopology.Find("replicas")!, 1, TimeSpan.FromMinutes(1), 4, TimeSpan.Zero, 3, isUpgrade ? new("ECommerce.Host.dll") : null, [], null, null);

        var report = Report.Of(settings, Began, [Trouble(10, 20, isSeamless)], new([during], between), new(0, []));

        report.ExitCode.ShouldBe(exitCode);
        report.Broken.Count.ShouldBe(exitCode);
        (report with { Audit = new(2, []) }).ExitCode.ShouldBe(2, "Nothing was audited.");
    }

    private static DisruptionOutcome Trouble(int began, int caughtUp, bool isSeamless = false) =>
        new("hosts_rolled", null, isSeamless, At(began), At(caughtUp - 1), At(caughtUp), At(caughtUp));

    private void Sent(params (int Second, int Status, string? Failed)[] requests) => File.WriteAllLines(
        Path.Combine(_folder.FullName, "traffic.requests.jsonl"),
        requests.Select(request => JsonSerializer.Serialize(new
        {
            started = At(request.Second),
            ended = At(request.Second + 1.5),
            operation = "GetOrder",
            method = "GET",
            route = "/api/orders/:id",
            status = request.Status,
            failed = request.Failed,
        })));

    private static DateTimeOffset At(double second) => Began.AddSeconds(second);
}
