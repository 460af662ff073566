using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>One shop for all causes, one after another.</summary>
public sealed class TroubledShop : IAsyncLifetime
{
    /// <summary>The collection of the tests that share it.</summary>
    public const string Name = "troubled shop";

    private Arena _arena = null!;
    private Vocabulary _vocabulary = new();

    internal IArena Arena => _arena;

    internal Visitor Visitor { get; private set; } = null!;

    /// <summary>Cheap products that are in stock.</summary>
    internal IReadOnlyList<(Guid Id, string Sku)> Products { get; private set; } = [];

    private HttpClient Management { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _arena = await ECommerce.Incidents.Running.Arena.OpenAsync(seed: 1, CancellationToken.None);
        Management = new() { BaseAddress = _arena.Management, DefaultRequestHeaders = { { "X-Management-Key", _arena.ManagementKey } } };
        Visitor = await Visitor.RegisterAsync(_arena);
        Products = await Visitor.ProductsAsync();
    }

    public async Task DisposeAsync()
    {
        Management.Dispose();
        await _arena.DisposeAsync();
    }

    /// <summary>The metrics of the host and of its runtime. A connection to a host that was replaced may break once.</summary>
    internal Task<Metrics> MetricsAsync() => Eventually.PassesAsync(ScrapeAsync);

    private async Task<Metrics> ScrapeAsync()
    {
        var (own, runtime) = (await Management.GetStringAsync("/metrics"), await Management.GetStringAsync("/metrics/runtime"));
        _vocabulary.ReadMetrics(own);
        _vocabulary.ReadRuntimeMetrics(runtime);
        return Metrics.Parse(own + runtime);
    }

    /// <summary>The sum of the series of a family, whose labels the pattern describes.</summary>
    internal static double Sum(Metrics metrics, string family, string labels = "") =>
        metrics.Values.Where(series => series.Key.Split('{')[0] == family && Regex.IsMatch(series.Key, labels)).Sum(series => series.Value);

    /// <summary>By how much the sum of series grows while something is done.</summary>
    internal async Task<double> GrowthAsync(string family, string labels, Func<Task> demand)
    {
        var before = Sum(await MetricsAsync(), family, labels);
        await demand();
        return Sum(await MetricsAsync(), family, labels) - before;
    }

    /// <summary>Runs SQL as the administrator of the database.</summary>
    internal Task CureAsync(string sql) => Session.ExecuteAsync(Arena, sql);

    /// <summary>Ends the programs beside the host.</summary>
    internal async Task EndNeighboursAsync()
    {
        foreach (var id in _arena.Neighbours)
            await Subprocess.RunAsync("kill", id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Blocks a client at the gateway.</summary>
    internal Task BlockAsync(string address)
    {
        _arena.Entrances.Block(address).ShouldBeTrue();
        return Task.CompletedTask;
    }

    /// <summary>How many requests take more than a second while something is done.</summary>
    internal async Task<double> SlowAsync(Func<Task> demand)
    {
        static double Slow(Metrics metrics) => Sum(metrics, "http_request_duration_seconds_count") - Sum(metrics, "http_request_duration_seconds_bucket", "le=\"1\"");
        var before = Slow(await MetricsAsync());
        await demand();
        return Slow(await MetricsAsync()) - before;
    }

    /// <summary>
    /// Begins a cause, waits until it is noticed, ends it, and waits until nothing is noticed any more. No signal may have a word that would tell
    /// it from the same trouble without an incident.
    /// </summary>
    /// <param name="plan">The cause.</param>
    /// <param name="isNoticed">Asks the shop for something, and says whether its signals show trouble.</param>
    /// <param name="cure">What an operator does about it, after which it must not come back.</param>
    internal async Task IsNoticedAsync(CausePlan plan, Func<Task<bool>> isNoticed, Func<Task>? cure = null)
    {
        var cause = CauseList.Of(plan.Mechanism);
        _vocabulary = new();
        await cause.PrepareAsync(Arena, plan, CancellationToken.None);
        await Eventually.TrueAsync(async () => !await isNoticed(), $"all is well before {plan.Mechanism}");
        var began = DateTimeOffset.UtcNow;
        await using (await cause.BeginAsync(Arena, plan, CancellationToken.None))
        {
            await Eventually.TrueAsync(isNoticed, $"{plan.Mechanism} of {plan.Place} is noticed");
            await Eventually.PassesAsync(() => _vocabulary.ReadAsync(Management, began));
            if (cure is not null)
            {
                await cure();
                await Eventually.TrueAsync(async () => !await isNoticed(), $"{plan.Mechanism} is cured");
            }
        }

        await Eventually.TrueAsync(async () => !await isNoticed(), $"all is well after {plan.Mechanism}");
        _vocabulary.Unknown().ShouldBeEmpty();
    }
}

[CollectionDefinition(TroubledShop.Name, DisableParallelization = true)]
public sealed class TroubledShopCollection : ICollectionFixture<TroubledShop>;
