using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests;

/// <summary><c>requests.http</c> of each module, from which IDEs send requests, against the description of the API, which a test holds equal to the host.</summary>
public sealed partial class RequestFilesTests
{
    // Other verbs of a path item are its parameters and texts.
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    [Fact]
    public void Every_module_has_a_request_for_each_of_its_operations_and_for_no_other()
    {
        var operations = Operations();
        var modules = operations.Select(ModuleOf).Distinct().Order(StringComparer.Ordinal).ToList();
        modules.Count.ShouldBeGreaterThan(2);
        foreach (var module in modules)
        {
            var file = FileOf(module);
            Page.Exists(file).ShouldBeTrue($"{file} is missing: IDEs send the requests of the module from it.");
            var requests = Requests(Page.Read(file)).Distinct().ToList();
            operations.Where(operation => ModuleOf(operation) == module).Except(requests).ShouldBeEmpty($"{file} has no request for these operations.");
            requests.Except(operations).ShouldBeEmpty($"{file} has requests for operations that do not exist.");
        }
    }

    private static List<string> Operations()
    {
        using var description = JsonDocument.Parse(Page.Read("docs/api/openapi.json"));
        return
        [
            .. from path in description.RootElement.GetProperty("paths").EnumerateObject()
               where path.Name.StartsWith("/api/", StringComparison.Ordinal)
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select $"{operation.Name.ToUpperInvariant()} {Parameter().Replace(path.Name, "{}")}",
        ];
    }

    private static IEnumerable<string> Requests(string text) =>
        Request().Matches(text).Select(request => $"{request.Groups["method"].Value} {Parameter().Replace(request.Groups["path"].Value, "{}")}");

    // "POST /api/orders/{}/pay"
    private static string ModuleOf(string operation) => operation.Split('/')[2];

    private static string FileOf(string module) => $"src/Modules/{char.ToUpperInvariant(module[0])}{module[1..]}/requests.http";

    [GeneratedRegex(@"\{+[^{}]+\}+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^(?<method>[A-Z]+) \{\{shop\}\}(?<path>/[^\s?]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Request();
}
