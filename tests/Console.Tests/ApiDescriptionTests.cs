using System.Text.Json;

namespace Observability.Console.Tests;

/// <summary>The OpenAPI description of the API against the API itself.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class ApiDescriptionTests
{
    [Fact]
    public async Task Every_endpoint_is_described_with_the_parameters_that_it_takes()
    {
        await using var host = await ConsoleHost.StartAsync();
        var paths = (await host.AskAsync("openapi.json")).GetProperty("paths");

        paths.EnumerateObject().Select(path => path.Name).ShouldContain("/ops/api/traces/{traceId}");
        foreach (var (path, get) in paths.EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)).Select(path => (path.Name, path.Value.GetProperty("get"))))
        {
            var described = get.GetProperty("parameters").EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query").Select(one => one.GetProperty("name").GetString()!);
            get.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty(path);
            // The refusal of an unknown parameter names those that there are.
            using var refused = await host.Client.GetAsync($"{path.Replace("{traceId}", new string('1', 32), StringComparison.Ordinal)}?nonsense=1");
            var message = await refused.Content.ReadAsStringAsync();
            if (!message.Contains("which has ", StringComparison.Ordinal))
                continue;
            var taken = JsonElement.Parse(message).GetProperty("errors").GetProperty("nonsense")[0].GetString()!.Split("which has ")[1].TrimEnd('.').Split(", ", StringSplitOptions.RemoveEmptyEntries);
            described.ShouldBe(taken, ignoreOrder: true, path);
        }
    }

    [Fact]
    public async Task The_description_names_the_key_and_the_values_of_a_choice()
    {
        await using var host = await ConsoleHost.StartAsync();
        var document = await host.AskAsync("openapi.json");

        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("name").GetString().ShouldBe("X-Console-Key");
        var sort = document.GetProperty("paths").GetProperty("/ops/api/traces").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "sort");
        sort.GetProperty("schema").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldBe(["start", "duration", "spans", "errors", "name", "module"]);
        (await host.Stranger.GetAsync("/ops/api/openapi.json")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }
}
