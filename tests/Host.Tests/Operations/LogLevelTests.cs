using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ECommerce.Host.Tests.Operations;

/// <summary>A shop whose time stands still until a test lets it pass, timers included.</summary>
public sealed class TimelessShop : ShopFixture
{
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<TimeProvider>(Time);
}

public sealed class LogLevelTests(TimelessShop shop) : IClassFixture<TimelessShop>, IAsyncLifetime
{
    [Fact]
    public async Task A_module_tells_more_for_as_long_as_an_operator_asked_and_then_as_much_as_before()
    {
        (await DebugLinesOfAQueryAsync()).ShouldBeEmpty();

        var held = await PutAsync("products", """{"level": "Debug", "for": "00:20:00"}""");
        held.Status.ShouldBe(200, held.Text);
        held.Body.GetProperty("level").GetString().ShouldBe("Debug");
        held.Body.GetProperty("until").GetDateTimeOffset().ShouldBe(shop.Time.GetUtcNow() + TimeSpan.FromMinutes(20), TimeSpan.FromMilliseconds(1));
        (await DebugLinesOfAQueryAsync()).ShouldBe(["GetProduct"]);

        ((IConfigurationRoot)shop.Services.GetRequiredService<IConfiguration>()).Reload();
        shop.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        (await DebugLinesOfAQueryAsync()).ShouldBe(["GetProduct"]);

        shop.Time.Advance(TimeSpan.FromSeconds(1));
        (await DebugLinesOfAQueryAsync()).ShouldBeEmpty();
        (await LevelsAsync())["products"].ShouldBe(("Information", false));
    }

    [Fact]
    public async Task The_list_names_the_host_whose_levels_it_shows()
    {
        using var answer = await shop.Management.GetAsync("/ops/log-levels");

        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("host").GetString().ShouldBe(answer.Headers.GetValues("X-Instance-Id").Single());
    }

    [Fact]
    public async Task The_other_modules_stay_as_they_are()
    {
        var before = await LevelsAsync();
        before["orders"].ShouldBe(("Information", false));
        before.Keys.ShouldBe([.. ShopModules.Names, "platform", "microsoft", "npgsql"]);

        await PutAsync("orders", """{"level": "Trace"}""");

        var after = await LevelsAsync();
        after["orders"].ShouldBe(("Trace", true));
        after.Remove("orders");
        before.Remove("orders");
        after.ShouldBe(before);
    }

    [Theory]
    [InlineData("users", "ECommerce.Users")]
    [InlineData("platform", "ECommerce.Host.StartBanner", "ECommerce.Observability.HttpTelemetry", "ECommerce.Data.Migrator", "ECommerce.Web.Admission", "ECommerce.Platform")]
    [InlineData("microsoft", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Hosting.Lifetime")]
    [InlineData("npgsql", "Npgsql.Command")]
    public async Task A_name_moves_all_categories_that_belong_to_it(string module, params string[] categories)
    {
        await PutAsync(module, """{"level": "Trace"}""");
        categories.ShouldAllBe(category => Loggers.CreateLogger(category).IsEnabled(LogLevel.Trace));

        await PutAsync(module, """{"level": "None"}""");
        categories.ShouldAllBe(category => !Loggers.CreateLogger(category).IsEnabled(LogLevel.Critical));
    }

    [Fact]
    public async Task However_much_is_told_no_query_value_is()
    {
        foreach (var module in (await LevelsAsync()).Keys)
            await PutAsync(module, """{"level": "Trace"}""");
        var secret = $"hush-{Guid.NewGuid():N}";

        var answer = await shop.GetAsync($"/api/products?search={secret}&limit={secret}");
        answer.Status.ShouldBe(400);
        answer = await shop.GetAsync($"/api/products?search={secret}");
        answer.Status.ShouldBe(200);

        await Eventually.TrueAsync(() => shop.Log.Of(answer.Header("X-Trace-Id")!).Any(line => EventOf(line) == "request.completed"));
        shop.Log.Lines.ShouldContain(line => line.GetProperty("category").GetString()!.StartsWith("Npgsql", StringComparison.Ordinal));
        shop.Log.Lines.Where(line => line.GetRawText().Contains(secret, StringComparison.Ordinal)).Select(line => line.GetRawText()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_later_word_takes_the_place_of_an_earlier_one_and_of_its_end()
    {
        await PutAsync("users", """{"level": "Debug", "for": "00:05:00"}""");
        await PutAsync("users", """{"level": "Error", "for": "01:00:00"}""");

        shop.Time.Advance(TimeSpan.FromMinutes(30));

        (await LevelsAsync())["users"].ShouldBe(("Error", true));
    }

    [Fact]
    public async Task When_no_time_is_said_it_is_ten_minutes()
    {
        await PutAsync("users", """{"level": "Debug"}""");

        shop.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        (await LevelsAsync())["users"].ShouldBe(("Debug", true));
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        (await LevelsAsync())["users"].ShouldBe(("Information", false));
    }

    [Fact]
    public async Task An_operator_may_end_it_early_and_twice()
    {
        await PutAsync("orders", """{"level": "Debug"}""");

        foreach (var _ in (int[])[1, 2])
        {
            var released = await SendAsync(HttpMethod.Delete, "orders", null);
            (released.Status, released.Body.GetProperty("level").GetString()).ShouldBe((200, "Information"));
        }

        (await LevelsAsync())["orders"].ShouldBe(("Information", false));
    }

    [Fact]
    public async Task What_has_changed_is_in_the_log_even_when_it_silences_the_log()
    {
        await PutAsync("users", """{"level": "Critical"}"""); // as no other test does: what follows in the log is ours

        await PutAsync("platform", """{"level": "None"}""");
        await PutAsync("platform", """{"level": "Information"}""");
        await SendAsync(HttpMethod.Delete, "platform", null);

        await Eventually.PassesAsync(() =>
        {
            shop.Log.Lines.Where(line => EventOf(line).StartsWith("log_level.", StringComparison.Ordinal))
                .Select(line => $"{EventOf(line)} {line.GetProperty("module")} {line.GetProperty("newLevel")}")
                .SkipWhile(line => line != "log_level.held users Critical")
                .ShouldBe(["log_level.held users Critical", "log_level.held platform None", "log_level.held platform Information", "log_level.released platform Information"]);
            return Task.CompletedTask;
        });
    }

    [Theory]
    [InlineData("nobody", """{"level": "Debug"}""", "module")]
    [InlineData("Orders", """{"level": "Debug"}""", "module")]
    [InlineData("orders", """{"level": "Loud"}""", "level")]
    [InlineData("orders", """{"level": "1"}""", "level")]
    [InlineData("orders", """{"level": 1}""", "level")]
    [InlineData("orders", "{}", "level")]
    [InlineData("orders", """{"level": "Debug", "for": "soon"}""", "for")]
    [InlineData("orders", """{"level": "Debug", "for": "00:00:00"}""", "for")]
    [InlineData("orders", """{"level": "Debug", "for": "-00:01:00"}""", "for")]
    [InlineData("orders", """{"level": "Debug", "for": "04:00:00.001"}""", "for")]
    [InlineData("orders", """{"level": "Debug", "for": 10}""", "for")]
    [InlineData("orders", """{"level": "Debug", "who": "me"}""", "who")]
    public async Task What_cannot_be_done_is_refused_by_name_and_changes_nothing(string module, string body, string field)
    {
        var before = await LevelsAsync();

        var refused = await PutAsync(module, body);

        (refused.Status, refused.Code).ShouldBe((400, "validation_failed"), refused.Text);
        refused.Fields.ShouldBe([field]);
        (await LevelsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task An_unknown_module_has_no_level_to_give_back()
    {
        var refused = await SendAsync(HttpMethod.Delete, "nobody", null);

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["module"]);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Whoever_lacks_the_key_changes_no_level(string method)
    {
        await PutAsync("orders", """{"level": "Error"}""");

        (await SendAsync(HttpMethod.Parse(method), "orders", """{"level": "Debug"}""", key: "not the key")).Status.ShouldBe(401);

        (await LevelsAsync())["orders"].ShouldBe(("Error", true));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var module in (await LevelsAsync()).Keys)
            await SendAsync(HttpMethod.Delete, module, null);
    }

    private ILoggerFactory Loggers => shop.Services.GetRequiredService<ILoggerFactory>();

    private static string EventOf(JsonElement line) => line.TryGetProperty("event", out var name) ? name.GetString()! : "";

    /// <summary>Asks for a product and returns what the query wrote at Debug. Its line comes before that of the request.</summary>
    private async Task<string?[]> DebugLinesOfAQueryAsync()
    {
        var answer = await shop.GetAsync($"/api/products/{Guid.NewGuid()}");
        var trace = answer.Header("X-Trace-Id")!;
        await Eventually.TrueAsync(() => shop.Log.Of(trace).Any(line => EventOf(line) == "request.completed"));
        return [.. shop.Log.Of(trace).Where(line => line.GetProperty("level").GetString() == "debug").Select(line => line.GetProperty("command").GetString())];
    }

    private async Task<Dictionary<string, (string? Level, bool IsHeld)>> LevelsAsync() =>
        (await shop.Management.GetFromJsonAsync<JsonElement>("/ops/log-levels")).GetProperty("items").EnumerateArray().ToDictionary(
            item => item.GetProperty("module").GetString()!,
            item => (item.GetProperty("level").GetString(), item.GetProperty("until").ValueKind is not JsonValueKind.Null));

    private Task<Answer> PutAsync(string module, string body) => SendAsync(HttpMethod.Put, module, body);

    private async Task<Answer> SendAsync(HttpMethod method, string module, string? body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, $"/ops/log-levels/{module}")
        {
            Headers = { { "X-Management-Key", key ?? shop.ManagementKey } },
            Content = body is null ? null : new StringContent(body, null, "application/json"),
        };
        using var response = await shop.Management.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
