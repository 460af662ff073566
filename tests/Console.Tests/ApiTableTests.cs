using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Observability.Console.Tests.Alerting;

namespace Observability.Console.Tests;

/// <summary>The table of the API in the library's README against the routes that a host maps.</summary>
[Collection(ConsoleHost.Alone)]
public sealed partial class ApiTableTests
{
    private const string Prefix = "/ops/api";

    [Fact]
    public async Task The_table_has_every_address_of_the_API_and_no_other()
    {
        await using var host = await ConsoleHost.StartAsync();
        var mapped = host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith($"{Prefix}/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not null)
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single()} {endpoint.RoutePattern.RawText![Prefix.Length..]}");

        Rows().Select(row => row.Address).Distinct().ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public async Task The_table_has_the_parameters_of_each_address()
    {
        await using var host = await ConsoleHost.StartAsync();
        var paths = (await host.AskAsync("openapi.json")).GetProperty("paths");

        foreach (var address in Rows().GroupBy(row => row.Address, row => row.Parameters))
        {
            var (method, path) = (address.Key.Split(' ')[0].ToLowerInvariant(), address.Key.Split(' ')[1]);
            var described = paths.GetProperty(Prefix + path).GetProperty(method).GetProperty("parameters").EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "query").Select(parameter => parameter.GetProperty("name").GetString()!);
            address.SelectMany(names => names).Distinct().ShouldBe(described, ignoreOrder: true, address.Key);
        }
    }

    // An address without a method is read; one with follow=true is a second row of the same.
    private static IEnumerable<(string Address, string[] Parameters)> Rows() =>
        from row in Row().Matches(File.ReadAllText(Path.Combine(RuleCases.Root, "src/Shared/Console/README.md")))
        let address = row.Groups["address"].Value
        let path = address.Split('?')[0]
        select (path.Contains(' ', StringComparison.Ordinal) ? path : $"GET {path}", (string[])
        [
            .. Parameter().Matches(row.Groups["parameters"].Value).Select(name => name.Groups["name"].Value),
            .. address.EndsWith("?follow=true", StringComparison.Ordinal) ? ["follow"] : (string[])[],
        ]);

    // A bar within a cell is escaped.
    [GeneratedRegex(@"^\| `(?<address>([A-Z]+ )?/[^`]*)` \|([^|\\]|\\.)*\|(?<parameters>([^|\\]|\\.)*)\|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    // A name begins a term in backquotes; operators such as != are in backquotes too.
    [GeneratedRegex(@"`(?<name>[a-z]+)(=[^`]*)?`", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
