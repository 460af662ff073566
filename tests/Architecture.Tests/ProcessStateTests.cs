using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Architecture.Tests;

/// <summary>ADR 0051 lists all state that lives in one process, with its answer when there are several hosts.</summary>
public sealed partial class ProcessStateTests(ProcessStateTests.OpenHost shop) : IClassFixture<ProcessStateTests.OpenHost>
{
    private const string List = "docs/adr/0051-state-of-one-process.md";

    [Fact]
    public void Every_type_that_keeps_state_in_the_process_is_in_the_list()
    {
        var types = ProcessState.OfStaticFields().Concat(ProcessState.OfSingletons(shop.Registrations!, shop.Services));
        string[] found = [.. types.Select(NameOf).Distinct().Order(StringComparer.Ordinal)];
        var listed = Named().Matches(File.ReadAllText(Path.Combine(Repository.Root, List))).Select(name => name.Groups["name"].Value).ToHashSet();

        found.Except(listed).ShouldBeEmpty($"{List} says what becomes of it when there are several hosts.");
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    public sealed class OpenHost : ShopFixture
    {
        public IServiceCollection? Registrations { get; private set; }

        protected override void ConfigureServices(IServiceCollection services) => Registrations = services;
    }
}
