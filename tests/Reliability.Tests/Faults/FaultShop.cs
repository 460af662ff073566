using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>A shop that is broken on purpose, through the operation that operators have for it.</summary>
public class FaultShop : ShopFixture
{
    /// <summary>Switches a fault on; the body is JSON.</summary>
    public async Task<Answer> OnAsync(string fault, string body = "{}")
    {
        var on = await OpsAsync(HttpMethod.Put, $"/ops/faults/{fault}", body);
        on.Status.ShouldBe(200, on.Text);
        return on;
    }

    public async Task OffAsync(string fault) => (await OpsAsync(HttpMethod.Delete, $"/ops/faults/{fault}")).Status.ShouldBe(200);

    /// <summary>Switches a fault off; the shop has so long to be seen doing what it does when all is well.</summary>
    public async Task BackAsync(string fault, TimeSpan within, Func<Task> normal)
    {
        ArgumentNullException.ThrowIfNull(normal);
        await OffAsync(fault);
        var since = Stopwatch.GetTimestamp();
        await normal();
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(within, $"{fault} is off, and the shop is not back");
    }

    public Task<Answer> AllOffAsync() => OpsAsync(HttpMethod.Delete, "/ops/faults");

    public async Task<Answer> OpsAsync(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Headers = { { "X-Management-Key", key ?? ManagementKey } },
            Content = body is null ? null : new StringContent(body, null, "application/json"),
        };
        using var response = await Management.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>What is on, by name: the members of <c>on</c>.</summary>
    public async Task<Dictionary<string, JsonElement>> HeldAsync() =>
        (await Management.GetFromJsonAsync<JsonElement>("/ops/faults")).GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("on").ValueKind is not JsonValueKind.Null)
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item.GetProperty("on"));

    public async Task<double> ActiveAsync(string fault, string module) => (await MetricsAsync())[$$"""fault_active{fault="{{fault}}",module="{{module}}"}"""];

    public async Task<double> InjectedAsync(string fault, string module) => (await MetricsAsync())[$$"""fault_injections_total{fault="{{fault}}",module="{{module}}"}"""];

    /// <summary>The lines about a fault so far, each as <c>fault.held orders</c>.</summary>
    public async Task<IReadOnlyList<string>> LinesOfAsync(string fault, string last)
    {
        string[] Lines() =>
        [
            .. Log.Lines.Where(line => line.TryGetProperty("fault", out var name) && name.GetString() == fault)
                .Select(line => $"{line.GetProperty("event").GetString()} {line.GetProperty("target").GetString()}"),
        ];
        await Eventually.TrueAsync(() => Lines().LastOrDefault() == last, $"the last line about {fault} is '{last}', and not '{Lines().LastOrDefault()}'");
        return Lines();
    }

    /// <summary>A command's span in an answer's trace.</summary>
    public Task<Activity> SpanAsync(Answer answer, string name) => Eventually.GetAsync(
        () => Spans.Of(answer.Header("X-Trace-Id")!).FirstOrDefault(span => span.DisplayName == name), $"the span {name}");

    /// <summary>Asks for a product that is not there: one query, GetProduct, and 404 while all is well.</summary>
    public Task<Answer> AskAsync(params (string Name, string Value)[] headers) => GetAsync($"/api/products/{Guid.NewGuid()}", headers: headers);
}

/// <summary>A shop whose time stands still until a test lets it pass, timers included.</summary>
public sealed class TimelessFaultShop : FaultShop
{
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<TimeProvider>(Time);
}

/// <summary>A shop with settings of a test's own; <c>await using</c> it.</summary>
public sealed class OwnFaultShop : FaultShop, IAsyncDisposable
{
    private readonly (string Key, string? Value)[] _settings;

    private OwnFaultShop((string Key, string? Value)[] settings) => _settings = settings;

    public static async Task<OwnFaultShop> StartAsync(params (string Key, string? Value)[] settings)
    {
        var shop = new OwnFaultShop(settings);
        await shop.InitializeAsync();
        return shop;
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (key, value) in _settings)
            settings[key] = value;
    }
}

/// <summary>Leaves a shop as it was found: nothing is on.</summary>
public abstract class FaultTests(FaultShop shop) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => shop.AllOffAsync();
}
