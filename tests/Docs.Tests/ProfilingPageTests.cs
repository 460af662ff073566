namespace ECommerce.Docs.Tests;

/// <summary>What docs/profiling.md tells an operator to type answers.</summary>
public sealed class ProfilingPageTests(DemoShop shop) : IClassFixture<DemoShop>
{
    [Fact]
    public async Task The_calls_of_the_page_answer()
    {
        var calls = Call.Of(new Page("docs/profiling.md"));
        calls.Count.ShouldBe(5);
        var folder = Directory.CreateTempSubdirectory("ec-docs-");
        try
        {
            await using var terminal = new Terminal(shop, folder.FullName, ("KEY", await File.ReadAllTextAsync(Path.Combine(shop.Folder, ".data", "keys", "management.key"))));
            var said = await terminal.TypeAsync(string.Concat(calls.Select(call => call.Typed)).Replace("seconds=10", "seconds=1", StringComparison.Ordinal));

            new PprofProfile(await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "shop.pb.gz"))).ValueTypes.ShouldContain(("cpu", "nanoseconds"));
            (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "shop.speedscope.json"))).ShouldContain("speedscope.app/file-format-schema.json");
            foreach (var member in (string[])["\"types\":", "\"heapByGeneration\":", "\"managedBytesAfter\":"])
                said.ShouldContain(member);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
